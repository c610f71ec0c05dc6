import { FilmHost } from '#components/player/FilmHost.tsx'
import type { Chapter } from '#components/player/host.ts'
import { LessonPlayer } from '#components/player/LessonPlayer.tsx'
import { afterLesson } from './afterLesson.ts'

interface FilmProps {
  lesson: {
    id: string
    slug: string
    title: string
    number: number
    durationSeconds: number
    chapters: Chapter[]
  }
  /** The viewer's person id; without one nothing is reported. */
  learnerId: string | null
  next: { id: string; slug: string; number: number; title: string } | null
  /** Where the page itself lives, for „anmelden und zurück“. */
  path: string
}

/** A free lesson's film on a page that is not its own. Its keys stay inside the player. */
export function Film({ lesson, learnerId, next, path }: FilmProps) {
  return (
    <FilmHost>
      <LessonPlayer
        lessonId={lesson.id}
        number={lesson.number}
        title={lesson.title}
        durationSeconds={lesson.durationSeconds}
        chapters={lesson.chapters}
        learnerId={learnerId}
        path={path}
        after={next ? afterLesson({ ...next, lock: null, opensAt: null }, learnerId !== null) : null}
      />
    </FilmHost>
  )
}
