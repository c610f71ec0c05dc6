import { eq } from 'drizzle-orm'
import { weekPlan } from '#db/schema.ts'
import type { Db } from '#ports'
import type { Day } from '../berlinDays.ts'
import type { PlanWish } from './rules.ts'

/** The only SQL on `week_plan`. */

export interface PlanRow extends PlanWish {
  feedVersion: number | null
}

export async function readPlan(db: Db, personId: string): Promise<PlanRow | null> {
  const { weekdays, minutes, time, startsOn, feedVersion } = weekPlan
  const rows = await db.q
    .select({ weekdays, minutes, time, startsOn, feedVersion })
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

/** False when there is no plan. */
export async function writeFeed(db: Db, personId: string, feedVersion: number | null, now: Date): Promise<boolean> {
  return changeRow(db, personId, { feedVersion, updatedAt: now })
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
