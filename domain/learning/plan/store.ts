import { eq, sql } from 'drizzle-orm'
import { calendarEntry, weekPlan } from '#db/schema.ts'
import type { Day } from '#domain/calendar/berlinDays.ts'
import type { Db } from '#ports'
import type { Revision } from './iCalendar.ts'
import type { PlanWish } from './rules.ts'

/** The only SQL on `week_plan` and `calendar_entry`. */

export interface PlanRow extends PlanWish {
  feedVersion: number | null
  /** When the wish was made, changed or paused. */
  changedAt: Date
}

export async function readPlan(db: Db, personId: string): Promise<PlanRow | null> {
  const { weekdays, minutes, time, startsOn, feedVersion, updatedAt } = weekPlan
  const rows = await db.q
    .select({ weekdays, minutes, time, startsOn, feedVersion, changedAt: updatedAt })
    .from(weekPlan)
    .where(eq(weekPlan.personId, personId))
  return rows[0] ?? null
}

/** Makes or changes the wish; the feed's address stays. */
export async function writeWish(db: Db, personId: string, wish: PlanWish, now: Date): Promise<void> {
  await db.q
    .insert(weekPlan)
    .values({ personId, ...wish, updatedAt: now })
    .onConflictDoUpdate({ target: weekPlan.personId, set: { ...wish, updatedAt: now } })
}

/** False when there is no plan. */
export async function writeStart(db: Db, personId: string, startsOn: Day, now: Date): Promise<boolean> {
  return changeRow(db, personId, { startsOn, updatedAt: now })
}

/** False when there is no plan. Leaves the time of the last change as it is, because no appointment changed. */
export async function writeFeed(db: Db, personId: string, feedVersion: number | null): Promise<boolean> {
  return changeRow(db, personId, { feedVersion })
}

async function changeRow(db: Db, personId: string, change: Partial<typeof weekPlan.$inferInsert>): Promise<boolean> {
  const rows = await db.q
    .update(weekPlan)
    .set(change)
    .where(eq(weekPlan.personId, personId))
    .returning({ personId: weekPlan.personId })
  return rows.length === 1
}

export async function removePlan(db: Db, personId: string): Promise<void> {
  await db.q.delete(weekPlan).where(eq(weekPlan.personId, personId))
}

/**
 * The revision of each entry: a higher one when its hash differs from the last time, else the same. As its time of
 * change we take the newest of `movedAt` (asked only then) if that is later than the former change, else `now`. Two
 * readers at once make one revision: the row is locked, and the second finds its own hash.
 */
export async function reviseEntries(
  db: Db,
  personId: string,
  entries: { lessonId: string; hash: string }[],
  { movedAt, now }: { movedAt: () => Promise<Date[]>; now: Date },
): Promise<Map<string, Revision>> {
  if (entries.length === 0) return new Map()
  const { lessonId, hash, sequence, changedAt } = calendarEntry
  // Every process writes in the same order, so that no two of them can wait for each other.
  const sorted = [...entries].sort((a, b) => (a.lessonId < b.lessonId ? -1 : 1))
  const known = await entriesOf(db, personId)
  const changed = sorted.filter((entry) => known.get(entry.lessonId)?.hash !== entry.hash)
  if (changed.length === 0) return known
  // Never later than now: another process's clock may be a little ahead.
  const moved = (await movedAt()).map((at) => Math.min(at.getTime(), now.getTime()))
  const newest = Math.max(...moved)
  const changeOf = (id: string) => (newest > (known.get(id)?.changedAt.getTime() ?? 0) ? new Date(newest) : now)
  await db.q
    .insert(calendarEntry)
    .values(changed.map((entry) => ({ personId, ...entry, changedAt: changeOf(entry.lessonId) })))
    .onConflictDoUpdate({
      target: [calendarEntry.personId, lessonId],
      set: {
        hash: sql`excluded.hash`,
        sequence: sql`${sequence} + 1`,
        // A clock that was set back must not make the change older than the former one.
        changedAt: sql`greatest(excluded.changed_at, ${changedAt})`,
      },
      setWhere: sql`${hash} <> excluded.hash`,
    })
  return entriesOf(db, personId)
}

async function entriesOf(db: Db, personId: string): Promise<Map<string, Revision & { hash: string }>> {
  const { lessonId, hash, sequence, changedAt } = calendarEntry
  const rows = await db.q
    .select({ lessonId, hash, sequence, changedAt })
    .from(calendarEntry)
    .where(eq(calendarEntry.personId, personId))
  return new Map(rows.map(({ lessonId, ...revision }) => [lessonId, revision]))
}
