import { holdPerson, unlinkLoginTokens } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * Ends every outstanding link and code of a person, so thoroughly that their holder learns nothing any more: not even
 * whose account it was. The rows stay, so that writing the same letter again does not bring its link back. Joins the caller's
 * transaction; a link that is being used at this moment waits for it, or was faster.
 */
export async function revokeTokens(ctx: Ctx, personId: string): Promise<{ revoked: number }> {
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    await holdPerson(inside, personId)
    return { revoked: await unlinkLoginTokens(inside, personId, ctx.clock.now()) }
  })
}
