import type { CSSProperties } from 'react'
import { clock } from '#components/clock.ts'
import { minutes, openingMoment, twoDigits } from '#components/format.ts'

interface DrawerLesson {
  id: string
  slug: string
  number: number
  title: string
  durationSeconds: number
  state: 'done' | 'started' | 'open' | 'new' | 'locked'
  counts: boolean
  opensAt: Date | null
  resumeAt: number
  percent: number
}

interface DrawerModule {
  id: string
  number: number
  title: string
  subtitle: string
  total: number
  done: number
  /** Film left to watch in the module. */
  remainingSeconds: number
  lessons: DrawerLesson[]
}

function stateWords(lesson: DrawerLesson): string {
  if (lesson.state === 'done') return 'erledigt'
  if (lesson.state === 'started') return lesson.resumeAt >= 1 ? `bei ${clock(lesson.resumeAt)}` : 'angefangen'
  if (lesson.state === 'new') return 'neu'
  if (lesson.state === 'locked') return lesson.opensAt ? `öffnet ${openingMoment(lesson.opensAt)}` : 'noch zu'
  return 'offen'
}

const shareOf = ({ state, percent }: DrawerLesson) => {
  const share = state === 'done' ? 100 : percent
  return share > 0 ? ({ '--share': `${share}%` } as CSSProperties) : undefined
}

interface DrawersProps {
  modules: DrawerModule[]
  /** The learner's playback rate: what is left is told in their own minutes. */
  pace: number
  openId: string | null
}

/** Modules as drawers; the one under way is open. Made of `<details>`, so it works without scripts. */
export function Drawers({ modules, pace, openId }: DrawersProps) {
  return (
    <div className="drawers card">
      {modules.map((module) => (
        <details key={module.id} open={module.id === openId} id={module.id}>
          <summary>
            <span className="label" aria-hidden="true">
              {twoDigits(module.number)}
            </span>
            <span>
              <h3>{module.title}</h3>
              <span className="label drawer-left">
                {module.remainingSeconds > 0 ? `noch ${minutes(module.remainingSeconds / pace)}` : 'fertig'}
              </span>
            </span>
            <span className="drawer-count measure">
              {module.done} / {module.total}
              <span className="sr-only"> Lektionen erledigt</span>
            </span>
            <span className="drawer-cells" aria-hidden="true">
              {module.lessons
                .filter((lesson) => lesson.counts)
                .map((lesson) => (
                  <span key={lesson.id} style={shareOf(lesson)} />
                ))}
            </span>
          </summary>
          <ol>
            {module.lessons.map((lesson) => (
              <DrawerRow key={lesson.id} lesson={lesson} />
            ))}
          </ol>
        </details>
      ))}
    </div>
  )
}

function DrawerRow({ lesson }: { lesson: DrawerLesson }) {
  return (
    <li data-state={lesson.state}>
      <a href={`/lektionen/${encodeURIComponent(lesson.slug)}`}>
        <span aria-hidden="true">{twoDigits(lesson.number)}</span>
        <span className="drawer-title">{lesson.title}</span>
        <span className="drawer-state">{stateWords(lesson)}</span>
        <span>{clock(lesson.durationSeconds)}</span>
      </a>
    </li>
  )
}
