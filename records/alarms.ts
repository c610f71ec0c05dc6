import { and, asc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import { alarm } from '#db/schema.ts'
import type { Alarms, Clock, Db, Log } from '#ports'
import { naturalBatch } from '../naturalBatch.ts'

/** A cause that is raised again and again is written at most this often. */
const SAME_CAUSE_MS = 60_000

/** The port `Alarms`; the only code that touches `alarm`. */
export function createAlarms(db: Db, clock: Clock, log: Log): Alarms {
  const writtenAt = new Map<string, number>()
  // Another process may have cleared an alarm that this one wrote a moment ago. One query answers all who ask
  // meanwhile.
  const stillOpen = naturalBatch(async (causes: string[]) => {
    const rows = await db.q
      .select({ cause: alarm.cause })
      .from(alarm)
      .where(and(inArray(alarm.cause, [...new Set(causes)]), isNull(alarm.clearedAt)))
      .catch(() => null)
    const open = rows && new Set(rows.map(({ cause }) => cause))
    return causes.map((cause) => open?.has(cause) ?? true)
  })
  return {
    async raise(cause, message, options) {
      const now = clock.now()
      const justWritten = now.getTime() - (writtenAt.get(cause) ?? Number.NEGATIVE_INFINITY) < SAME_CAUSE_MS
      if (justWritten && !options?.always && (await stillOpen(cause))) return
      writtenAt.set(cause, now.getTime())
      log.warn({ cause }, 'alarm raised')
      await db.q
        .insert(alarm)
        .values({ cause, message, firstAt: now, lastAt: now })
        .onConflictDoUpdate({
          target: alarm.cause,
          set: {
            message,
            lastAt: now,
            // A cleared cause begins anew; but the pause between its mails goes on.
            firstAt: sql`case when ${alarm.clearedAt} is null then ${alarm.firstAt} else excluded.first_at end`,
            times: sql`case when ${alarm.clearedAt} is null then ${alarm.times} + 1 else 1 end`,
            clearedAt: null,
          },
        })
        .catch((error) => {
          writtenAt.delete(cause)
          log.warn({ err: error, cause }, 'alarm not written')
        })
    },
    async clear(db, cause) {
      writtenAt.delete(cause)
      await db.q
        .update(alarm)
        .set({ clearedAt: clock.now() })
        .where(and(eq(alarm.cause, cause), isNull(alarm.clearedAt)))
    },
    open: (db) => db.q.select().from(alarm).where(isNull(alarm.clearedAt)).orderBy(asc(alarm.firstAt)),
    async claimMail(db, cause, everyMs) {
      const now = clock.now()
      const rows = await db.q
        .update(alarm)
        .set({ mailedAt: now })
        .where(
          and(
            eq(alarm.cause, cause),
            isNull(alarm.clearedAt),
            or(isNull(alarm.mailedAt), lt(alarm.mailedAt, new Date(now.getTime() - everyMs))),
          ),
        )
        .returning({ cause: alarm.cause })
      return rows.length === 1
    },
  }
}
