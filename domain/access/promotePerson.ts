import { endAllSessions } from '#domain/access/endAllSessions.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { findPerson, revokeSessions, updatePerson } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * Makes the person with this address an operator, and the person if there is none. Only the settings and the command
 * line call it: no purchase and no page does. Unproven sessions end, because the role must not reach them.
 */
export async function promotePerson(
  ctx: Ctx,
  email: string,
  createdBy = 'hand:promote',
): Promise<{ personId: string; changed: boolean }> {
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const { personId } = await findOrCreatePerson(inside, { email, createdBy })
    const person = await findPerson(inside, { id: personId })
    if (person?.role === 'admin') return { personId, changed: false }
    await updatePerson(inside, personId, { role: 'admin' })
    await revokeSessions(inside, personId, { kind: 'unproven' }, ctx.clock.now())
    return { personId, changed: true }
  })
}

/** Takes the operator's role back and ends all sessions of the person. */
export async function demotePerson(ctx: Ctx, personId: string): Promise<void> {
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    await updatePerson(inside, personId, { role: 'learner' })
    await endAllSessions(inside, personId)
  })
}
