import type { Word } from '#components/admin/words.ts'
import { shortMoment } from '#domain/calendar/germanWords.ts'

/** „22.11.2026, 14:03:07“ in German time, in mono; a dash says that it has not happened. */
export function When({ at }: { at: Date | null }) {
  if (!at) return <Nothing />
  return (
    <time className="mono" dateTime={at.toISOString()}>
      {shortMoment(at)}
    </time>
  )
}

const lamps = { good: 'lamp lamp-good', bad: 'lamp lamp-bad', wait: 'lamp lamp-wait', plain: 'lamp' } as const

/** A state: a lamp and its word. */
export const Lamp = ({ word }: { word: Word }) => <span className={lamps[word.tone]}>{word.text}</span>

export const Mono = ({ children }: { children: string | null | undefined }) =>
  children ? <span className="mono">{children}</span> : <Nothing />

/** A dash for a missing value. */
const Nothing = () => <span className="text-muted">–</span>

/** Raw text in a frame that scrolls by keyboard too. */
export function Raw({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls this region with the arrow keys
    <section className="admin-raw" tabIndex={0} aria-label={label}>
      <pre>{text}</pre>
    </section>
  )
}
