import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { defaultSettings, knownSettings, type PlayerSettings } from './rules.ts'
import { readSettings } from './store.ts'

/** Every player setting with this person's choice, or else its default. Throws `database_unavailable`. */
export async function allPlayerSettings(ctx: Ctx, viewer: Viewer): Promise<PlayerSettings> {
  if (viewer.degraded) throw new AppError('database_unavailable')
  return { ...defaultSettings, ...knownSettings((await readSettings(ctx.db, viewer.personId))?.player) }
}
