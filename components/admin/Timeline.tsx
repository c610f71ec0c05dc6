import type { ReactNode } from 'react'
import { CopyId } from '#components/admin/CopyId.tsx'
import type { Tone } from '#components/admin/words.ts'
import { berlinDay } from '#domain/calendar/berlinDays.ts'
import { shortDate, timeToMillisecond, timeToSecond } from '#domain/calendar/germanWords.ts'

export interface TimelineStep {
  key: string
  name: string
  /** null: it should have happened and has not. */
  at: Date | null
  text: ReactNode
  tone: Tone
  /** The clock it comes from has no milliseconds. */
  wholeSecond: boolean
  ids: { label: string; value: string }[]
  /** The buttons that put it right. */
  repairs: ReactNode
}

interface TimelineProps {
  id: string
  title: string
  steps: TimelineStep[]
  empty: ReactNode
}

const seconds = new Intl.NumberFormat('de-DE', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** „+0,2 s“, „+14 min“, „+3 Tage“: how long the step took to follow. */
function gapBetween(earlier: Date, later: Date): string {
  const ms = Math.max(0, later.getTime() - earlier.getTime())
  if (ms < 60_000) return `+${seconds.format(ms / 1000)} s`
  if (ms < 3_600_000) return `+${Math.round(ms / 60_000)} min`
  if (ms < 86_400_000) return `+${Math.round(ms / 3_600_000)} h`
  const days = Math.round(ms / 86_400_000)
  return `+${days} ${days === 1 ? 'Tag' : 'Tage'}`
}

/** Steps in order of time: when, what happened, ids to look it up by, and repairs. */
export function Timeline({ id, title, steps, empty }: TimelineProps) {
  if (steps.length === 0)
    return (
      <section aria-labelledby={id}>
        <h2 id={id}>{title}</h2>
        <div className="admin-empty mt-3">{empty}</div>
      </section>
    )
  return (
    <section className="akte" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ol>
        {steps.map((step, index) => (
          <Step key={step.key} step={step} before={steps[index - 1] ?? null} />
        ))}
      </ol>
    </section>
  )
}

function Step({ step, before }: { step: TimelineStep; before: TimelineStep | null }) {
  const newDay = step.at && (!before?.at || berlinDay(step.at) !== berlinDay(before.at))
  const clock = step.wholeSecond ? timeToSecond : timeToMillisecond
  const gap = step.at && before?.at && !step.wholeSecond && !before.wholeSecond ? gapBetween(before.at, step.at) : null
  return (
    <li className={`akte-step akte-${step.tone}`}>
      {newDay && <p className="akte-day mono">{shortDate(step.at as Date)}</p>}
      <div className="akte-when mono">
        {step.at ? (
          <>
            <time dateTime={step.at.toISOString()}>{clock(step.at)}</time>
            {gap && <span className="akte-gap">{gap}</span>}
          </>
        ) : (
          <span>offen</span>
        )}
      </div>
      <div className="akte-what">
        <h3>{step.name}</h3>
        <p>{step.text}</p>
        {step.ids.length > 0 && (
          <ul className="akte-ids">
            {step.ids.map((one) => (
              <li key={one.label + one.value}>
                <CopyId {...one} />
              </li>
            ))}
          </ul>
        )}
        {step.repairs && <div className="ask-row">{step.repairs}</div>}
      </div>
    </li>
  )
}
