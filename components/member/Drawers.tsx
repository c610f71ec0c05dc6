import { Check, Circle, CircleDot, Lock, Sparkle } from 'lucide'
import type { CSSProperties } from 'react'
import { clock } from '#components/clock.ts'
import { minutes, openingMoment, twoDigits } from '#components/format.ts'
import { IconSheet, SheetIcon } from '#components/ui/IconSheet.tsx'

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

const icons = { done: Check, started: CircleDot, open: Circle, new: Sparkle, locked: Lock } as const

function stateWords(lesson: DrawerLesson): string {
  if (lesson.state === 'done') return 'erledigt'
  if (lesson.state === 'started') return lesson.resumeAt >= 1 ? `bei ${clock(lesson.resumeAt)}` : 'angefangen'
  if (lesson.state === 'new') return 'neu'
  if (lesson.state === 'locked') return lesson.opensAt ? `öffnet ${openingMoment(lesson.opensAt)}` : 'noch zu'
  return 'offen'
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
      <IconSheet of={icons} />
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
                  <span
                    key={lesson.id}
                    style={{ '--share': `${lesson.state === 'done' ? 100 : lesson.percent}%` } as CSSProperties}
                  />
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
        <span className="label" aria-hidden="true">
          {twoDigits(lesson.number)}
        </span>
        <span className="drawer-title">{lesson.title}</span>
        <span className="drawer-state">
          <SheetIcon name={lesson.state} size={18} />
          {stateWords(lesson)}
        </span>
        <span className="measure text-muted">{clock(lesson.durationSeconds)}</span>
      </a>
    </li>
  )
}
