import type { Ctx } from '#ports'
import { defaultSettings, knownSettings } from './rules.ts'
import { readSettings } from './store.ts'

/**
 * The playback rate that this person chose, for „noch 12 min in deinem Tempo“; 1 if never chosen. Throws
 * `database_unavailable`.
 */
export async function playbackRate(ctx: Ctx, personId: string): Promise<number> {
  return knownSettings((await readSettings(ctx.db, personId))?.player).rate ?? defaultSettings.rate
}
