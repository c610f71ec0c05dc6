import { ArrowLeft, ArrowRight, Check } from 'lucide'
import type { CSSProperties } from 'react'
import { countedSentence, hoursAndMinutes } from '#components/format.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { dayOfMonth, daySpan, weekdayName } from '#domain/calendar/germanWords.ts'

interface SheetLesson {
  id: string
  slug: string
  number: number
  title: string
}

interface WeekSheetProps {
  week: {
    monday: string
    sunday: string
    days: { day: string; watchedSeconds: number; done: SheetLesson[] }[]
    watchedSeconds: number
    lessonsDone: number
    underWay: SheetLesson[]
    isThisWeek: boolean
    written: { notes: number; bookmarks: number }
  }
  hrefs: { previous: string | null; next: string | null; workshop: string; notebook: string }
}

/** Seconds for a bar of full width; on a week with a longer day that day has it. */
const FULL_BAR_SECONDS = 1800

const film = (seconds: number) => (seconds < 30 ? 'ein paar Sekunden' : hoursAndMinutes(seconds))

function summary({ watchedSeconds, lessonsDone, isThisWeek, written }: WeekSheetProps['week']): string | null {
  if (watchedSeconds === 0 && lessonsDone === 0) {
    if (writtenWords(written)) return null
    return isThisWeek
      ? 'Noch nichts gesehen. Die Lektionen laufen dir nicht weg.'
      : 'In dieser Woche warst du woanders. Auch gut.'
  }
  const lessons = lessonsDone === 1 ? 'eine Lektion' : `${lessonsDone} Lektionen`
  return countedSentence([
    watchedSeconds > 0 && `${film(watchedSeconds)} Film`,
    lessonsDone > 0 && `${lessons} erledigt`,
  ])
}

/** „2 Notizen geschrieben, eine Stelle gemerkt.“; null when there are none. */
const writtenWords = ({ notes, bookmarks }: WeekSheetProps['week']['written']): string | null =>
  countedSentence([
    notes > 0 && (notes === 1 ? 'eine Notiz geschrieben' : `${notes} Notizen geschrieben`),
    bookmarks > 0 && (bookmarks === 1 ? 'eine Stelle gemerkt' : `${bookmarks} Stellen gemerkt`),
  ])

/** One week: what was watched and done, day by day. Deliberately without comparisons and targets. */
export function WeekSheet({ week, hrefs }: WeekSheetProps) {
  const [seen, written] = [summary(week), writtenWords(week.written)]
  const full = Math.max(FULL_BAR_SECONDS, ...week.days.map((day) => day.watchedSeconds))
  return (
    <>
      <p className="label">{daySpan(week.monday, week.sunday)}</p>
      <h1 className="mt-1">{week.isThisWeek ? 'Deine Woche' : 'Eine Woche von dir'}</h1>
      <p className="lead mt-4">
        {seen} {written && <Written words={written} href={hrefs.notebook} />}
      </p>
      <ol className="diary-days">
        {week.days.map((day) => (
          <li key={day.day} data-empty={day.watchedSeconds === 0 && day.done.length === 0}>
            <p className="diary-day">
              <span className="font-bold">{weekdayName(day.day)}</span>{' '}
              <span className="label">{dayOfMonth(day.day)}</span>
            </p>
            <span
              className="diary-bar"
              aria-hidden="true"
              style={{ '--share': `${(100 * day.watchedSeconds) / full}%` } as CSSProperties}
            />
            <p className="measure diary-film">
              {day.watchedSeconds > 0 ? film(day.watchedSeconds) : <span className="sr-only">nichts gesehen</span>}
            </p>
            {day.done.length > 0 && <Lessons lessons={day.done} />}
          </li>
        ))}
      </ol>
      {week.underWay.length > 0 && (
        <section className="mt-10" aria-labelledby="angefangen">
          <h2 id="angefangen" className="text-2xl">
            Angefangen
          </h2>
          <ul className="mt-3 grid gap-1">
            {week.underWay.map((lesson) => (
              <li key={lesson.id}>
                <a className="diary-lesson" href={`/lektionen/${encodeURIComponent(lesson.slug)}`}>
                  Lektion {lesson.number}: {lesson.title}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <nav className="diary-nav" aria-label="Wochen">
        {hrefs.previous && (
          <a className="button button-quiet" href={hrefs.previous}>
            <Icon of={ArrowLeft} size={18} /> Woche davor
          </a>
        )}
        {hrefs.next && (
          <a className="button button-quiet" href={hrefs.next}>
            Woche danach <Icon of={ArrowRight} size={18} />
          </a>
        )}
        <a className="link" href={hrefs.workshop}>
          Zurück zur Werkbank
        </a>
      </nav>
    </>
  )
}

function Written({ words, href }: { words: string; href: string }) {
  return (
    <>
      {words}{' '}
      <a className="link" href={href}>
        Zum Heft
      </a>
    </>
  )
}

function Lessons({ lessons }: { lessons: SheetLesson[] }) {
  return (
    <ul className="diary-done">
      {lessons.map((lesson) => (
        <li key={lesson.id}>
          <a className="diary-lesson" href={`/lektionen/${encodeURIComponent(lesson.slug)}`}>
            <Icon of={Check} size={18} />
            <span>
              <span className="sr-only">erledigt: </span>Lektion {lesson.number}: {lesson.title}
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}
