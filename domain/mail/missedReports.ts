import { refusedHint } from '#domain/mail/refusedHint.ts'
import { riseLetters } from '#domain/mail/riseLetters.ts'
import { alarmSentences, isAbove, readMailEvent, undeliverable } from '#domain/mail/rules.ts'
import { selectStates, unreportedLetters } from '#domain/mail/store.ts'
import { isOutsideError } from '#errors'
import type { Ctx, MailEvent } from '#ports'

const MINUTE = 60_000
export const missedLimits = {
  /** Resend repeats a delivery after 5 s, 5 min and 30 min; a report not here after this time was due. */
  dueMs: 45 * MINUTE,
  /** About older letters Resend has nothing new to tell. */
  oldestMs: 3 * 24 * 60 * MINUTE,
  /** Letters asked about in one run; the rate limit of Resend's API is needed for sending. */
  asked: 5,
} as const

const CAUSE = 'webhook_missing_resend'
const EVENTS_READ = 200

/** Per database: letters that are further at Resend than here as of the last run, with an event that says so. */
const suspects = new WeakMap<object, Map<string, MailEvent>>()

/**
 * Scheduled: asks Resend about a few letters whose report was due. If one is further there than here, and still is at
 * the next run, its report was lost: that is our own evidence for an alarm (docs/decisions/evidenceForAlarms.md), and
 * the letter takes its state from the answer. The alarm ends with the first report of a letter's end that Resend
 * delivers itself.
 *
 * While every letter has its report, as on an ordinary day, nothing is asked. Without a webhook secret no reports are
 * expected.
 */
export async function tellMissedReports(ctx: Ctx): Promise<void> {
  if (!ctx.settings.mailEvents) return
  const missed = await stillMissing(ctx, suspects.get(ctx.db) ?? new Map())
  // Raised before the letters take their state, because afterwards nobody finds the reports missing again.
  if (missed.length > 0) await ctx.alarms.raise(CAUSE, await sentence(ctx, missed), { always: true })
  await learn(ctx, missed)
  suspects.set(ctx.db, await look(ctx))
  if (missed.length === 0) await endAlarm(ctx)
}

/** Those of the last run whose report has not come since. */
async function stillMissing(ctx: Ctx, before: Map<string, MailEvent>): Promise<MailEvent[]> {
  if (before.size === 0) return []
  const found = [...before.values()]
  const [states, events] = await Promise.all([
    selectStates(ctx, [...before.keys()]),
    ctx.inbox.list({ source: 'resend', objectIds: found.flatMap(objectsOf), limit: EVENTS_READ }),
  ])
  return found.filter((event) => {
    const known = states.get(event.letterId ?? '')
    const said = readMailEvent(event)
    // The report may be stored already and wait for a worker.
    const isStored = events.some(
      ({ type, objectId }) => type === event.type && objectsOf(event).includes(objectId ?? ''),
    )
    return known && said && isAbove(said.state, known) && !isStored
  })
}

const objectsOf = ({ letterId, providerId }: MailEvent): string[] => [letterId, providerId].filter((id) => id !== null)

/** Letters that are further at Resend than here. A refusal ends the run; the next one is soon. */
async function look(ctx: Ctx): Promise<Map<string, MailEvent>> {
  const now = ctx.clock.now()
  const ahead = new Map<string, MailEvent>()
  const letters = await unreportedLetters(ctx, {
    from: new Date(now.getTime() - missedLimits.oldestMs),
    to: new Date(now.getTime() - missedLimits.dueMs),
    limit: missedLimits.asked,
  })
  try {
    for (const { id, providerId, state } of letters) {
      const type = await ctx.mailer.lastEvent(providerId)
      if (!type) continue
      const event = { id: `asked:${id}`, type, providerId, letterId: id, at: now, detail: null }
      const said = readMailEvent(event)
      if (said && isAbove(said.state, state)) ahead.set(id, event)
    }
  } catch (error) {
    if (!isOutsideError(error)) throw error
    // A key that may only send cannot ask; the command `doctor` says so.
    ctx.log.info({ failure: error.failure, detail: error.message }, 'Resend was not asked after letters')
  }
  return ahead
}

/** Writes the states that no delivery has brought. */
async function learn(ctx: Ctx, missed: MailEvent[]): Promise<void> {
  if (missed.length === 0) return
  const { lost } = await ctx.db.transaction((db) => riseLetters({ ...ctx, db }, missed))
  for (const cause of lost) await ctx.alarms.raise(cause, alarmSentences[cause])
}

async function endAlarm(ctx: Ctx): Promise<void> {
  const alarm = (await ctx.alarms.open(ctx.db)).find(({ cause }) => cause === CAUSE)
  if (!alarm) return
  const ends = ['delivered', ...undeliverable].map((state) => `email.${state}`)
  const cameLast = await ctx.inbox.deliveredLast('resend', ends)
  if (cameLast && cameLast > alarm.lastAt) await ctx.alarms.clear(ctx.db, CAUSE)
}

async function sentence(ctx: Ctx, missed: MailEvent[]): Promise<string> {
  const letters = missed.length === 1 ? 'einer Mail' : `${missed.length} Mails`
  const types = [...new Set(missed.map(({ type }) => type))].join(', ')
  return `Was aus ${letters} wurde, weiß Resend, und die Zustellung kam nicht an (${types}). Prüfe bei Resend Adresse und Ereignisse des Webhooks und hier RESEND_WEBHOOK_SECRET; bis dahin fragen wir nach einzelnen Mails, und von den anderen weißt du nicht, ob sie zurückkamen. ${await refusedHint(ctx, 'resend')}`
}
