import { refusedHint } from '#domain/mail/refusedHint.ts'
import type { Ctx, VideoMeta } from '#ports'
import type { VideoRow } from './store.ts'

/** States in which Bunny is done with a film; it announces each of them. */
const isFinal = (status: number) => status === 4 || status === 5 || status === 6

const CAUSE = 'webhook_missing_bunny'
const EVENTS_READ = 200

/**
 * Per database: films that the last sync found finished although nothing had been delivered, and the earliest time at
 * which a delivery could have come.
 */
const suspects = new WeakMap<object, Map<string, Date>>()

/**
 * Call after a sync of all films. Bunny must have announced a film that is finished now and was not at the sync before;
 * if not, a delivery is missing. It may still be on its way, so the alarm waits for the next sync of the same process.
 * Cleared by the first delivery since then, handled or not. `before` are the rows from before the sync was stored.
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

/** Looks at deliveries, not at films: a handled delivery has changed its film before any sync sees it. */
async function endMissed(ctx: Ctx): Promise<void> {
  const alarm = (await ctx.alarms.open(ctx.db)).find(({ cause }) => cause === CAUSE)
  if (!alarm) return
  const cameLast = await ctx.inbox.deliveredLast('bunny')
  if (cameLast && cameLast > alarm.lastAt) await ctx.alarms.clear(ctx.db, CAUSE)
}

const sentence = async (ctx: Ctx, films: number) =>
  `Bunny hat ${films === 1 ? 'einen Film' : `${films} Filme`} fertig, und die Zustellung kam nicht an. Prüfe bei Bunny die Adresse des Webhooks und hier BUNNY_STREAM_READ_ONLY_KEY; bis dahin werden Filmstände stündlich gelesen. ${await refusedHint(ctx, 'bunny')}`
