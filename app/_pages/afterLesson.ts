import { paths } from '#app/_http/paths.ts'
import { openingMoment } from '#components/format.ts'
import type { After } from '#components/player/host.ts'

interface Following {
  id: string
  slug: string
  number: number
  title: string
  lock: 'login' | 'no_grant' | 'grant_revoked' | 'not_released' | null
  opensAt: Date | null
}

/** What is shown when a film ends: the next lesson, the reason why it is locked, or the end of the course. */
export function afterLesson(next: Following | null, learner: boolean): After {
  const home = learner
    ? { href: paths.workshop(), text: 'Zur Werkbank' }
    : { href: paths.course(), text: 'Zum Inhalt des Kurses' }
  if (!next) return { kind: 'end', link: home }
  const { id, number, title, slug } = next
  switch (next.lock) {
    case null:
      return { kind: 'next', lessonId: id, href: paths.lesson(slug), number, title }
    case 'not_released':
      return {
        kind: 'locked',
        sentence: next.opensAt
          ? `Lektion ${number} öffnet am ${openingMoment(next.opensAt)}.`
          : `Lektion ${number} ist noch nicht offen.`,
        link: home,
      }
    case 'grant_revoked':
      return {
        kind: 'locked',
        sentence: `Für Lektion ${number} brauchst du einen Zugang. Deiner ist beendet.`,
        link: { href: paths.account(), text: 'Zu deinem Konto' },
      }
    default:
      return {
        kind: 'locked',
        sentence: `Lektion ${number} gehört zum Kurs: ${title}.`,
        link: { href: paths.order(), text: 'Zum Kurs' },
      }
  }
}
