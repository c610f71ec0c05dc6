import { and, between, eq } from 'drizzle-orm'
import { learningDay } from '#db/schema.ts'
import type { Day } from '#domain/calendar/berlinDays.ts'
import type { Db } from '#ports'

/**
 * Day in Berlin → milliseconds watched for the first time. `writeProgress` (`domain/learning/store.ts`) writes the
 * rows.
 */
export async function readLearningDays(db: Db, personId: string, from: Day, to: Day): Promise<Map<Day, number>> {
  const rows = await db.q
    .select({ day: learningDay.day, watchedMs: learningDay.watchedMs })
    .from(learningDay)
    .where(and(eq(learningDay.personId, personId), between(learningDay.day, from, to)))
  return new Map(rows.map((row) => [row.day, row.watchedMs]))
}
