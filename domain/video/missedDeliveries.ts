import { refusedHint } from '#domain/mail/refusedHint.ts'
import type { Ctx, VideoMeta } from '#ports'
import type { VideoRow } from './store.ts'

/** What Bunny ends with; it announces each of these. */
const isFinal = (status: number) => status === 4 || status === 5 || status === 6

const CAUSE = 'webhook_missing_bunny'
const EVENTS_READ = 200

/**
 * Per database: films that a look found finished though nothing had been delivered, and since when that could have
 * come.
 */
const suspects = new WeakMap<object, Map<string, Date>>()

/**
 * After a look at all films: one that is finished now and was not at the look before has been announced, or a delivery
 * is missing. It may just be on its way, so the alarm waits for the next look of the same process. Ended by the first
 * delivery that came since, worked by now or not. `before` are the rows as the look found them.
 */
export async function tellMissed(ctx: Ctx, before: VideoRow[], films: VideoMeta[]): Promise<void> {
  if (!ctx.settings.filmEvents) return
  const rows = new Map(before.map((row) => [row.guid, row]))
  const finished = films.flatMap(({ guid, status }) => {
    const row = rows.get(guid)
    return row && isFinal(status) && !isFinal(row.status) ? [[guid, row.fetchedAt] as const] : []
  })
  const open = suspects.get(ctx.db) ?? new Map<string, Date>()
  const objectIds = [...open.keys(), ...finished.map(([guid]) => guid)]
  if (objectIds.length === 0) return endMissed(ctx)
  const events = await ctx.inbox.list({ source: 'bunny', objectIds, limit: EVENTS_READ })
  const came = ([guid, since]: readonly [string, Date]) =>
    events.some(({ objectId, receivedAt }) => objectId === guid && receivedAt >= since)
  suspects.set(ctx.db, new Map(finished.filter((one) => !came(one))))
  const missed = [...open].filter((one) => !came(one)).length
  if (missed > 0) return ctx.alarms.raise(CAUSE, await sentence(ctx, missed), { always: true })
  await endMissed(ctx)
}

/** A delivery that was worked has made its film final before we look, so the films themselves do not tell. */
async function endMissed(ctx: Ctx): Promise<void> {
  const alarm = (await ctx.alarms.open(ctx.db)).find(({ cause }) => cause === CAUSE)
  if (!alarm) return
  const cameLast = await ctx.inbox.deliveredLast('bunny')
  if (cameLast && cameLast > alarm.lastAt) await ctx.alarms.clear(ctx.db, CAUSE)
}

const sentence = async (ctx: Ctx, films: number) =>
  `Bunny hat ${films === 1 ? 'einen Film' : `${films} Filme`} fertig, und die Zustellung kam nicht an. Prüfe bei Bunny die Adresse des Webhooks und hier BUNNY_STREAM_READ_ONLY_KEY; bis dahin werden Filmstände stündlich gelesen. ${await refusedHint(ctx, 'bunny')}`
