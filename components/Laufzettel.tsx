import type { ReactNode } from 'react'

interface LaufzettelProps {
  title: string
  /** Second line under the title, in mono: the order's number. */
  number?: string | null
  tone?: 'open' | 'done' | 'bad'
  stamp?: ReactNode
  /** Label and value; times and amounts stand in mono. */
  rows: { label: string; value: ReactNode; mono?: boolean }[]
  /** Below the perforation: the sum, or what happens next. */
  stub?: ReactNode
  headingLevel?: 2 | 3
}

const edges = { open: '', done: 'ticket-done', bad: 'ticket-bad' } as const

/** A job ticket with a stub: what was ordered, what happened to it, and when. */
export function Laufzettel({ title, number, tone = 'open', stamp, rows, stub, headingLevel = 2 }: LaufzettelProps) {
  const Heading = headingLevel === 2 ? 'h2' : 'h3'
  return (
    <section className={`ticket ${edges[tone]}`}>
      <div className="ticket-body">
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
          <div>
            <Heading className="ticket-title">{title}</Heading>
            {number && <p className="label mt-1">{number}</p>}
          </div>
          {stamp}
        </div>
        <dl className="rows ticket-rows">
          {rows.map((row) => (
            <div key={row.label}>
              <dt>{row.label}</dt>
              <dd className={row.mono ? 'measure' : undefined}>{row.value}</dd>
            </div>
          ))}
        </dl>
      </div>
      {stub && <div className="ticket-stub">{stub}</div>}
    </section>
  )
}

export function Stamp({ children, tone = 'green' }: { children: ReactNode; tone?: 'green' | 'red' | 'open' }) {
  const tones = { green: 'stamp', red: 'stamp stamp-red', open: 'stamp stamp-open' }
  return <span className={tones[tone]}>{children}</span>
}
