import { paths } from '#app/_http/paths.ts'
import { DoneToggle } from '#components/player/DoneToggle.tsx'
import { LessonPlayer } from '#components/player/LessonPlayer.tsx'

interface FilmProps {
  lesson: {
    id: string
    slug: string
    title: string
    number: number
    durationSeconds: number
    resumeAt?: number
    state?: string
    doneMark?: boolean | null
    percent?: number
  }
  /** The viewer's person id; without one nothing is reported. */
  learnerId: string | null
  next: { slug: string; number: number; title: string } | null
  /** Where the page itself lives, for „anmelden und zurück“. */
  path?: string
}

/** The lesson's film, wherever it stands, and below it the tick for whoever keeps a progress. */
export function Film({ lesson, learnerId, next, path }: FilmProps) {
  return (
    <>
      <LessonPlayer
        lessonId={lesson.id}
        number={lesson.number}
        title={lesson.title}
        durationSeconds={lesson.durationSeconds}
        resumeAt={lesson.resumeAt}
        learnerId={learnerId}
        path={path ?? paths.lesson(lesson.slug)}
        next={next && { href: paths.lesson(next.slug), title: next.title, number: next.number }}
      />
      {learnerId && lesson.percent !== undefined && (
        <DoneToggle
          lessonId={lesson.id}
          learnerId={learnerId}
          done={lesson.state === 'done'}
          doneMark={lesson.doneMark ?? null}
          percent={lesson.percent}
        />
      )}
    </>
  )
}
