import type { Viewer } from '#domain/access/rules.ts'
import { isDatabaseAway } from '#errors'
import type { Ctx } from '#ports'
import { knownSettings, type PlayerSettings } from './rules.ts'
import { readSettings } from './store.ts'

/**
 * What this person chose for the player, without defaults, so that the browser can tell a choice from none. Null
 * without a database or a viewer: then the browser's own copy counts.
 */
export async function playerSettings(ctx: Ctx, viewer: Viewer | null): Promise<Partial<PlayerSettings> | null> {
  if (!viewer || viewer.degraded || !ctx.db.health().up) return null
  try {
    return knownSettings((await readSettings(ctx.db, viewer.personId))?.player)
  } catch (error) {
    if (isDatabaseAway(error)) return null
    throw error
  }
}
