import { holdPerson, unlinkLoginTokens } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * Ends every unused link and code of a person and removes their hashes, so that the link's page does not even tell
 * whose account it was. The rows stay, so that writing the same letter again does not revive its link. Joins the
 * caller's transaction and locks the person: a link used at this moment either waits for that or was faster.
 */
export async function revokeTokens(ctx: Ctx, personId: string): Promise<{ revoked: number }> {
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    await holdPerson(inside, personId)
    return { revoked: await unlinkLoginTokens(inside, personId, ctx.clock.now()) }
  })
}
