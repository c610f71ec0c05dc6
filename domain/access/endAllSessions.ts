import { raiseSessionVersion, revokeSessions } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * „Überall abmelden“: raises the person's session version, which ends every session opened before, the caller's own
 * included. Joins the caller's transaction; an unknown person is no error.
 */
export async function endAllSessions(ctx: Ctx, personId: string): Promise<void> {
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    await raiseSessionVersion(inside, personId)
    await revokeSessions(inside, personId, {}, ctx.clock.now())
  })
}
