import { and, eq, inArray, sql } from 'drizzle-orm'
import { learnerSetting } from '#db/schema.ts'
import type { Db } from '#ports'

/** The only SQL on `learner_setting`. */

export interface SettingsRow {
  /** Raw choices of this person; read them with `knownSettings`. */
  player: Record<string, unknown>
  releaseMails: boolean
}

/** Null: this person never chose anything. */
export async function readSettings(db: Db, personId: string): Promise<SettingsRow | null> {
  const [row] = await db.q
    .select({ player: learnerSetting.player, releaseMails: learnerSetting.releaseMails })
    .from(learnerSetting)
    .where(eq(learnerSetting.personId, personId))
  return row ?? null
}

/** Writes the given fields and leaves the others, so that two devices do not undo each other. Answers the row. */
export async function saveSettings(
  db: Db,
  personId: string,
  change: { player?: Record<string, unknown>; releaseMails?: boolean },
  now: Date,
): Promise<SettingsRow> {
  const { player, releaseMails } = change
  const [row] = await db.q
    .insert(learnerSetting)
    .values({ personId, player, releaseMails, updatedAt: now })
    .onConflictDoUpdate({
      target: learnerSetting.personId,
      set: {
        updatedAt: now,
        ...(player && { player: sql`${learnerSetting.player} || excluded.player` }),
        ...(releaseMails !== undefined && { releaseMails }),
      },
    })
    .returning({ player: learnerSetting.player, releaseMails: learnerSetting.releaseMails })
  return row!
}

/** When this person chose something last; null: never. */
export async function settingsChangedAt(db: Db, personId: string): Promise<Date | null> {
  const [row] = await db.q
    .select({ at: learnerSetting.updatedAt })
    .from(learnerSetting)
    .where(eq(learnerSetting.personId, personId))
  return row?.at ?? null
}

/** Those of these people who want no digest. */
export async function selectWithoutMails(db: Db, personIds: string[]): Promise<string[]> {
  if (personIds.length === 0) return []
  const rows = await db.q
    .select({ personId: learnerSetting.personId })
    .from(learnerSetting)
    .where(and(inArray(learnerSetting.personId, personIds), eq(learnerSetting.releaseMails, false)))
  return rows.map((row) => row.personId)
}
