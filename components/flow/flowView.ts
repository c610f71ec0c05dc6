import type { Lane } from '#ports'

/** What the live flow view shows, as plain JSON; the same for the page and for each message of the stream. */
export interface FlowView {
  id: string
  /** „Bestellung W-2026-0117“, or other words before it has a number. */
  title: string
  traceId: string | null
  /** When the buyer clicked, ISO instant. */
  beganAt: string
  stamps: { text: string; tone: 'green' | 'red' | 'open' }[]
  lanes: LaneView[]
  rows: FlowRow[]
  /** Nothing more will happen. */
  done: boolean
  /** The present state in one sentence; read out when it changes. */
  summary: string
  /** Address of the emulated payment page, while nobody has paid. */
  payUrl: string | null
  sessionId: string | null
  /** The order's page in the admin area, once there is one. */
  orderId: string | null
}

export type RowTone = 'good' | 'bad' | 'wait' | 'plain'

export interface LaneView {
  lane: Lane
  name: string
  tone: RowTone
  /** „ruhig“, „arbeitet“, „fertig“, „gestört“. */
  state: string
}

export interface FlowRow {
  key: string
  from: Lane
  to: Lane
  /** Milliseconds since the click; null: unknown to us. */
  at: number | null
  /** Milliseconds; null while it runs, or when nobody measured it. */
  took: number | null
  title: string
  note: string | null
  tone: RowTone
  /** For a fault: which mechanism heals it. */
  heals: string | null
  /** „geheilt nach 11,2 s“ */
  healed: string | null
  /** An event's or job's id, or a type. */
  mono: string | null
  /** True: not measured by us, but taken from a row or from Stripe. */
  derived: boolean
}

export const laneOrder: Lane[] = ['browser', 'web', 'stripe', 'webhook', 'database', 'worker', 'resend']

export const laneNames: Record<Lane, string> = {
  browser: 'Browser',
  web: 'web',
  stripe: 'Stripe',
  webhook: 'Webhook',
  database: 'PostgreSQL',
  worker: 'worker',
  resend: 'Resend',
}

const whole = new Intl.NumberFormat('de-DE', { maximumFractionDigits: 0 })

/** Where an arrow stands: „1.312 ms“ while milliseconds tell arrows apart, later „2 min 5 s“. */
export const moment = (ms: number) => (ms < 60_000 ? `${whole.format(ms)} ms` : duration(ms))

/** 412 → „412 ms“, 11234 → „11,2 s“. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return ms < 60_000
    ? `${(ms / 1_000).toFixed(1).replace('.', ',')} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}
