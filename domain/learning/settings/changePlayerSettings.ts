import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { defaultSettings, knownSettings, type PlayerSettings } from './rules.ts'
import { saveSettings } from './store.ts'

/**
 * Stores the settings that changed and leaves the others; the last write of a field wins. Answers all of them. Throws
 * `database_unavailable`; the browser then keeps the change and sends it again.
 */
export async function changePlayerSettings(
  ctx: Ctx,
  input: { viewer: Viewer; change: Partial<PlayerSettings> },
): Promise<PlayerSettings> {
  const { viewer, change } = input
  if (viewer.degraded) throw new AppError('database_unavailable')
  const row = await saveSettings(ctx.db, viewer.personId, { player: { ...change } }, ctx.clock.now())
  return { ...defaultSettings, ...knownSettings(row.player) }
}
