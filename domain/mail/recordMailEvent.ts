import {
  alarmSentences,
  isAbove,
  type LetterState,
  lostCause,
  mustArrive,
  readMailEvent,
  undeliverable,
} from '#domain/mail/rules.ts'
import { type HeldLetter, holdLettersOf, type RaisedLetter, raiseLetters } from '#domain/mail/store.ts'
import type { Ctx, MailEvent } from '#ports'
import { naturalBatch } from '../../naturalBatch.ts'

/** Events in one transaction: each is a small change to one letter. */
const BATCH_LIMIT = 100

type Waiting = { ctx: Ctx; eventId: string }
const batches = new WeakMap<object, (waiting: Waiting) => Promise<undefined>>()

/**
 * What the provider says about a letter, from the stored event. States only rise, so order, repetition and delay of
 * deliveries do not matter; state and „handled“ are one transaction, which the events that wait meanwhile share. An event
 * of no letter of ours is ignored, visibly.
 */
export async function recordMailEvent(ctx: Ctx, eventId: string): Promise<void> {
  let batch = batches.get(ctx.db)
  if (!batch) {
    batch = naturalBatch(recordTogether, { maxItems: BATCH_LIMIT })
    batches.set(ctx.db, batch)
  }
  await batch({ ctx, eventId })
}

async function recordTogether(waiting: Waiting[]): Promise<undefined[]> {
  const { ctx } = waiting[0]!
  const ids = [...new Set(waiting.map(({ eventId }) => eventId))]
  const stored = await ctx.inbox.readAll('resend', ids)
  const byId = new Map(stored.map((event) => [event.id, event]))
  // In the order they came: of two that say the same, the first is the news.
  const events = ids.flatMap((id) => {
    const { handledAt, raw } = byId.get(id) ?? {}
    return handledAt || !raw ? [] : ctx.mailer.parseEvent(id, raw)
  })
  if (events.length > 0) {
    const lost = await ctx.db.transaction(async (db) => {
      const result = await record({ ...ctx, db }, events)
      ctx.crashPoint?.('mail.event-before-commit')
      return result
    })
    // If this is lost in a crash, the sweeper raises it from the row.
    for (const cause of lost) await ctx.alarms.raise(cause, alarmSentences[cause])
  }
  return waiting.map(() => undefined)
}

/** Whose letters do not arrive, which nobody but a person can change. */
async function record(ctx: Ctx, events: MailEvent[]): Promise<Set<LostCause>> {
  const letters = await holdLettersOf(ctx, {
    ids: events.flatMap(({ letterId }) => (letterId && uuidShape.test(letterId) ? letterId : [])),
    providerIds: events.flatMap(({ providerId }) => providerId ?? []),
  })
  const outcomes = new Map<string, string>()
  const news = new Map<HeldLetter, News[]>()
  for (const event of events) {
    const said = readMailEvent(event)
    const letter = letters.find(({ id }) => id === event.letterId?.toLowerCase()) ?? byProvider(letters, event)
    if (said && letter) news.set(letter, [...(news.get(letter) ?? []), { ...said, event }])
    else outcomes.set(event.id, said ? 'ignored: no letter of ours' : `ignored: ${event.type}`)
  }
  const risen = [...news].map(([letter, told]) => rise(letter, told, outcomes)).filter((one) => one !== null)
  await raiseLetters(
    ctx,
    risen.map(({ row }) => row),
  )
  await ctx.inbox.markAllProcessed(
    ctx.db,
    'resend',
    [...outcomes].map(([id, outcome]) => ({ id, outcome })),
  )
  return new Set(risen.flatMap(({ lost }) => lost ?? []))
}

const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const byProvider = (letters: HeldLetter[], { providerId }: MailEvent) =>
  providerId ? letters.find((letter) => letter.providerId === providerId) : undefined

type LostCause = ReturnType<typeof lostCause>
type News = { state: LetterState; reason: string | null; event: MailEvent }

const byHeight = (a: News, b: News) => Number(isAbove(a.state, b.state)) - Number(isAbove(b.state, a.state))

/** What one letter's events make of it, worked from the lowest state up; null when it knew as much. */
function rise(
  letter: HeldLetter,
  told: News[],
  outcomes: Map<string, string>,
): { row: RaisedLetter; lost: LostCause | null } | null {
  let { state } = letter
  const steps: RaisedLetter[] = []
  for (const { event, ...said } of told.toSorted(byHeight)) {
    if (!isAbove(said.state, state)) {
      outcomes.set(event.id, `known: ${state}`)
      continue
    }
    state = said.state
    outcomes.set(event.id, state)
    const before = steps.at(-1)
    steps.push({
      id: letter.id,
      ...said,
      at: event.at,
      takenAt: before?.takenAt ?? event.at,
      deliveredAt: state === 'delivered' ? event.at : (before?.deliveredAt ?? null),
      providerId: before?.providerId ?? event.providerId,
    })
  }
  const row = steps.at(-1)
  if (!row) return null
  const isLost = mustArrive(letter) && letter.closedAt === null && undeliverable.includes(row.state)
  return { row, lost: isLost ? lostCause(letter) : null }
}
