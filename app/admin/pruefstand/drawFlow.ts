import { duration, type FlowRow, type FlowView, laneNames, laneOrder, type RowTone } from '#components/flow/flowView.ts'
import type { FlowStep, Lane } from '#ports'
import { deadWorker, wordsOf } from './flowWords.ts'

/** Facts from rows, beside the steps. */
export interface FlowFacts {
  now: Date
  /** When the buyer clicked. */
  began: Date
  paidAt: Date | null
  logins: { kind: 'proven' | 'unproven'; at: Date }[]
  firstLesson: { title: string; at: Date } | null
  /** Process ids that no longer run; known only in the sandbox. */
  gone: Set<number>
  /** Spans without an end whose work the rows say is done. */
  done: Set<string>
}

/** A begun piece of work without an end after this time was left by a killed process. */
const LEFT_MS = 90_000
const fine = ['ok', 'new', 'already there']
/** For work that was done, but whose process was killed before it wrote the end. */
const wasDone = 'war schon getan'

interface Work {
  step: FlowStep
  /** Its end is known. */
  over: boolean
  nth: number
}

/** Steps → the rows of the drawing, in order of time; work that a killed process left is marked as such. */
export function drawRows(steps: FlowStep[], facts: FlowFacts): FlowRow[] {
  const works = numbered(joined(steps))
  const left = leftOpen(works, facts)
  const rows = works.map((work) => rowOf(work, { facts, left, works }))
  return [...rows.map((row) => ({ row, place: row.at ?? 0 })), ...told(works, facts)]
    .sort((one, other) => one.place - other.place)
    .map(({ row }) => row)
}

/** Joins begin and end of one piece of work, which share their span; the end has more to tell. */
function joined(steps: FlowStep[]): Omit<Work, 'nth'>[] {
  const ended = new Map(steps.filter(({ outcome }) => outcome !== 'begun').map((step) => [step.spanId, step]))
  const seen = new Set<string>()
  return steps.flatMap((step) => {
    if (seen.has(step.spanId)) return []
    seen.add(step.spanId)
    const end = ended.get(step.spanId)
    return [{ step: end ?? step, over: end !== undefined }]
  })
}

const aboutOf = ({ name, detail }: FlowStep) =>
  [name, detail.about ?? detail.letter ?? detail.event ?? detail.session ?? ''].join(' ')

/** Counts repeated work; not deliveries, because a repeated one is marked itself. */
function numbered(works: Omit<Work, 'nth'>[]): Work[] {
  const counts = new Map<string, number>()
  return works.map((work) => {
    const about = aboutOf(work.step)
    const nth = (counts.get(about) ?? 0) + 1
    counts.set(about, nth)
    return { ...work, nth }
  })
}

/** Spans of work that will never end: their process is gone, another one took over, or too much time has passed. */
function leftOpen(works: Work[], { now, gone }: FlowFacts): Set<string> {
  const left = new Set<string>()
  for (const [index, { step, over }] of works.entries()) {
    if (over) continue
    const takenOver = works.slice(index + 1).some((later) => aboutOf(later.step) === aboutOf(step))
    const dead = typeof step.detail.worker === 'number' && gone.has(step.detail.worker)
    const inDead = step.parentSpanId !== null && left.has(step.parentSpanId)
    if (takenOver || dead || inDead || now.getTime() - step.at.getTime() > LEFT_MS) left.add(step.spanId)
  }
  return left
}

function rowOf(
  { step, over, nth }: Work,
  { facts, left, works }: { facts: FlowFacts; left: Set<string>; works: Work[] },
): FlowRow {
  const isLeft = left.has(step.spanId)
  const words = { ...wordsOf(step, nth), ...(isLeft ? deadWorker : {}) }
  const tone = toneOf(step, over, isLeft)
  const at = step.at.getTime() - facts.began.getTime()
  return {
    key: step.spanId,
    from: step.from,
    to: step.to,
    at,
    took: over && step.name !== 'try' ? step.durationMs : null,
    title: isLeft ? `${words.title}: begonnen, nicht beendet` : words.title,
    note: words.note ?? (over ? null : 'läuft …'),
    tone,
    heals: tone === 'bad' ? (words.heals ?? null) : null,
    healed: tone === 'bad' ? (healedBy(step, works) ?? (isLeft && facts.done.has(step.spanId) ? wasDone : null)) : null,
    mono: monoOf(step),
    derived: false,
  }
}

function toneOf(step: FlowStep, over: boolean, isLeft: boolean): RowTone {
  if (isLeft) return 'bad'
  if (!over) return 'wait'
  return fine.includes(step.outcome) ? 'good' : 'bad'
}

const healers: Record<string, (step: FlowStep, later: FlowStep) => boolean> = {
  // A failed try is over as soon as the call it belongs to, or a later one like it, got its answer.
  try: (step, later) => later.to === 'stripe' && later.name !== 'try' && later.from === step.from,
  order: (_, later) => later.name === 'order',
}

function healedBy(step: FlowStep, works: Work[]): string | null {
  if (step.outcome === 'duplicate') return 'abgefangen'
  const heals = healers[step.name] ?? ((one: FlowStep, later: FlowStep) => aboutOf(one) === aboutOf(later))
  const ends = works.filter(
    ({ step: later, over }) =>
      over &&
      fine.includes(later.outcome) &&
      later.spanId !== step.spanId &&
      endOf(later) >= endOf(step) &&
      heals(step, later),
  )
  const first = ends.map(({ step: later }) => endOf(later)).sort((one, other) => one - other)[0]
  return first === undefined ? null : `geheilt nach ${duration(first - step.at.getTime())}`
}

const endOf = (step: FlowStep) => step.at.getTime() + step.durationMs

function monoOf({ name, to, detail }: FlowStep): string | null {
  const worker = typeof detail.worker === 'number' ? `worker ${detail.worker}` : null
  const id = detail.event ?? detail.about ?? detail.mail ?? detail.letter ?? null
  const type = to === 'webhook' && !name.startsWith('email.') ? null : to === 'webhook' ? name : null
  return [type, typeof id === 'string' ? id : null, worker].filter(Boolean).join(' · ') || null
}

/** A row and where it stands, in milliseconds since the click. */
interface Placed {
  row: FlowRow
  place: number
}

/** Rows for what none of our processes measured: the payment itself, the login, the first lesson. */
function told(works: Work[], { began, paidAt, logins, firstLesson }: FlowFacts): Placed[] {
  const rows: Placed[] = []
  const since = (at: Date) => at.getTime() - began.getTime()
  const bell = works.find(({ step }) => step.to === 'webhook' && step.from === 'stripe')
  if (paidAt && bell)
    rows.push(
      derived('paid', 'browser', 'stripe', {
        at: since(bell.step.at) - 1,
        unknownTime: true,
        title: 'An der Kasse bezahlt',
        note: 'Zwischen Browser und Stripe; wir hören davon erst durch den Webhook.',
      }),
    )
  const login = logins.find(({ at }) => at >= began)
  if (login)
    rows.push(
      derived('login', 'browser', 'web', {
        at: since(login.at),
        title:
          login.kind === 'proven'
            ? 'Angemeldet: Link oder Code aus der Mail'
            : 'Angemeldet: der Browser, der bezahlt hat',
        note:
          login.kind === 'proven'
            ? 'Ein bedingtes UPDATE verbraucht ihn, genau einmal.'
            : 'Noch unbewiesen, bis ein Link aus der Mail geöffnet wird.',
      }),
    )
  if (firstLesson)
    rows.push(
      derived('lesson', 'browser', 'web', {
        at: since(firstLesson.at),
        title: `Erste Lektion geöffnet: ${firstLesson.title}`,
        note: null,
      }),
    )
  return rows
}

const derived = (
  key: string,
  from: Lane,
  to: Lane,
  what: { at: number; title: string; note: string | null; unknownTime?: boolean },
): Placed => ({
  place: what.at,
  row: {
    key,
    from,
    to,
    at: what.unknownTime ? null : what.at,
    took: null,
    title: what.title,
    note: what.note,
    tone: 'good',
    heals: null,
    healed: null,
    mono: null,
    derived: true,
  },
})

const states: Record<RowTone, string> = { good: 'fertig', bad: 'gestört', wait: 'arbeitet', plain: 'ruhig' }

/** Each lane's lamp: red while a fault is not healed, yellow while something runs, green after that. */
export function drawLanes(rows: FlowRow[]): FlowView['lanes'] {
  return laneOrder.map((lane) => {
    const mine = rows.filter((row) => row.to === lane || row.from === lane)
    const has = (tone: RowTone) => mine.some((row) => row.tone === tone && !row.healed)
    const tone: RowTone = mine.length === 0 ? 'plain' : has('bad') ? 'bad' : has('wait') ? 'wait' : 'good'
    return { lane, name: laneNames[lane], tone, state: states[tone] }
  })
}
