import { Lock } from 'lucide'
import { openingMoment } from '#components/format.ts'
import { Icon } from '#components/ui/Icon.tsx'

interface LessonLockedProps {
  lock: 'login' | 'no_grant' | 'grant_revoked' | 'not_released'
  opensAt: Date | null
  openNow: { number: number; slug: string; title: string } | null
  hrefs: { login: string; order: string; account: string; course: string }
}

/** Instead of the film: why the lesson is locked, when it opens, and what is open instead. */
export function LessonLocked({ lock, opensAt, openNow, hrefs }: LessonLockedProps) {
  return (
    <div className="card locked">
      <Icon of={Lock} size={32} />
      <div>
        {lock === 'not_released' && (
          <p className="lead">
            {opensAt
              ? `Diese Lektion öffnet am ${openingMoment(opensAt)}.`
              : 'Diese Lektion ist noch nicht offen. Ihr Termin steht noch nicht fest.'}{' '}
            {openNow && (
              <>
                Offen ist schon:{' '}
                <a className="link" href={`/lektionen/${encodeURIComponent(openNow.slug)}`}>
                  Lektion {openNow.number}, {openNow.title}
                </a>
                .
              </>
            )}
          </p>
        )}
        {lock === 'login' && (
          <>
            <p className="lead">Diese Lektion gehört zum Kurs. Hast du ihn schon, dann melde dich an.</p>
            <Actions
              first={{ href: hrefs.login, name: 'Anmelden' }}
              second={{ href: hrefs.order, name: 'Kurs bestellen' }}
            />
          </>
        )}
        {lock === 'no_grant' && (
          <>
            <p className="lead">Diese Lektion gehört zum Kurs. Mit deiner Adresse wurde er noch nicht bestellt.</p>
            <Actions
              first={{ href: hrefs.order, name: 'Kurs bestellen' }}
              second={{ href: hrefs.course, name: 'Inhalt ansehen' }}
            />
          </>
        )}
        {lock === 'grant_revoked' && (
          <>
            <p className="lead">Dein Zugang zu diesem Kurs ist beendet. Dein Fortschritt ist gespeichert.</p>
            <Actions
              first={{ href: hrefs.account, name: 'Zu deinem Konto' }}
              second={{ href: hrefs.order, name: 'Neu bestellen' }}
            />
          </>
        )}
      </div>
    </div>
  )
}

function Actions({ first, second }: Record<'first' | 'second', { href: string; name: string }>) {
  return (
    <p className="mt-6 flex flex-wrap gap-4">
      <a className="button button-primary" href={first.href}>
        {first.name}
      </a>
      <a className="button button-secondary" href={second.href}>
        {second.name}
      </a>
    </p>
  )
}
