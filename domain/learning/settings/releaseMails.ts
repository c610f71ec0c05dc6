import type { Ctx } from '#ports'
import { readSettings } from './store.ts'

/**
 * Whether this person wants the digest of newly opened lessons: yes until they say no. Throws `database_unavailable`.
 */
export async function releaseMails(ctx: Ctx, personId: string): Promise<boolean> {
  return (await readSettings(ctx.db, personId))?.releaseMails ?? true
}
