import { Check, Circle, CircleDot, Lock, Sparkle } from 'lucide-react'
import type { CSSProperties } from 'react'
import { clock, openingMoment, twoDigits } from '#components/format.ts'

interface DrawerLesson {
  id: string
  slug: string
  number: number
  title: string
  durationSeconds: number
  state: 'done' | 'started' | 'open' | 'new' | 'locked'
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
  lessons: DrawerLesson[]
}

const icons = { done: Check, started: CircleDot, open: Circle, new: Sparkle, locked: Lock } as const

function stateWords(lesson: DrawerLesson): string {
  if (lesson.state === 'done') return 'gesehen'
  if (lesson.state === 'started') return `bei ${clock(lesson.resumeAt)}`
  if (lesson.state === 'new') return 'neu'
  if (lesson.state === 'locked') return lesson.opensAt ? `öffnet ${openingMoment(lesson.opensAt)}` : 'noch zu'
  return 'offen'
}

/** Modules as drawers with labels; the one under way stands open. Native details: works without script. */
export function Drawers({ modules, openId }: { modules: DrawerModule[]; openId: string | null }) {
  return (
    <div className="drawers card">
      {modules.map((module) => (
        <details key={module.id} open={module.id === openId} id={module.id}>
          <summary>
            <span className="label" aria-hidden="true">
              {twoDigits(module.number)}
            </span>
            <h3>{module.title}</h3>
            <span className="drawer-count measure">
              {module.done} / {module.total}
              <span className="sr-only"> Lektionen gesehen</span>
            </span>
            <span className="drawer-cells" aria-hidden="true">
              {module.lessons
                .filter((lesson) => lesson.state !== 'new')
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
  const Icon = icons[lesson.state]
  return (
    <li data-state={lesson.state}>
      <a href={`/lektionen/${encodeURIComponent(lesson.slug)}`}>
        <span className="label" aria-hidden="true">
          {twoDigits(lesson.number)}
        </span>
        <span className="drawer-title">{lesson.title}</span>
        <span className="drawer-state">
          <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
          {stateWords(lesson)}
        </span>
        <span className="measure text-muted">{clock(lesson.durationSeconds)}</span>
      </a>
    </li>
  )
}
