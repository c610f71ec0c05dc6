import { and, desc, eq, gte, lt, sql } from 'drizzle-orm'
import { webhookRefusal } from '#db/schema.ts'
import { addDays, berlinDay } from '#domain/calendar/berlinDays.ts'
import type { Clock, Db, Log, RefusedCount, RefusedDeliveries } from '#ports'

const WRITE_EVERY_MS = 60_000
/** Bound of the counters in memory; reasons are words of ours, so there are few. */
const KEPT = 100

/** The port `RefusedDeliveries`; the only code that touches `webhook_refusal`. */
export function createRefusedDeliveries(db: Db, clock: Clock, log: Log): RefusedDeliveries {
  let counted = new Map<string, RefusedCount>()
  let wroteAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | null = null

  async function write(): Promise<void> {
    timer = null
    const rows = [...counted.values()]
    counted = new Map()
    wroteAt = clock.now().getTime()
    await db.q
      .insert(webhookRefusal)
      .values(rows)
      .onConflictDoUpdate({
        target: [webhookRefusal.day, webhookRefusal.source, webhookRefusal.reason],
        set: {
          times: sql`${webhookRefusal.times} + excluded.times`,
          lastAt: sql`greatest(${webhookRefusal.lastAt}, excluded.last_at)`,
        },
      })
      .catch((error) => {
        log.warn({ err: error }, 'refused deliveries not counted yet')
        for (const row of rows) add(row)
        plan()
      })
  }

  function add(row: RefusedCount): void {
    const key = `${row.day} ${row.source} ${row.reason}`
    const before = counted.get(key)
    if (!before && counted.size >= KEPT) return
    counted.set(key, { ...row, times: (before?.times ?? 0) + row.times })
  }

  function plan(): void {
    if (timer) return
    timer = setTimeout(() => void write(), Math.max(0, wroteAt + WRITE_EVERY_MS - clock.now().getTime()))
    timer.unref()
  }

  return {
    count(source, reason) {
      const lastAt = clock.now()
      add({ day: berlinDay(lastAt), source, reason, times: 1, lastAt })
      plan()
    },
    list: (inside, { days, source }) =>
      inside.q
        .select()
        .from(webhookRefusal)
        .where(
          and(
            gte(webhookRefusal.day, addDays(berlinDay(clock.now()), 1 - days)),
            source ? eq(webhookRefusal.source, source) : undefined,
          ),
        )
        .orderBy(desc(webhookRefusal.day), desc(webhookRefusal.lastAt)),
    async forget(inside, days) {
      const before = addDays(berlinDay(clock.now()), -days)
      const gone = await inside.q
        .delete(webhookRefusal)
        .where(lt(webhookRefusal.day, before))
        .returning({ day: webhookRefusal.day })
      return gone.length
    },
  }
}
