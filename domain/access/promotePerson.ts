import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { isListed } from '#domain/access/rules.ts'
import { findPerson, holdPerson, revokeSessions, updatePerson } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * Makes the person with this address an operator; makes the person too if there is none. Only the settings and the
 * command line call it, no purchase and no page. Unproven sessions end, because the role must not reach them. A role
 * from the settings is taken back by them (`ensureAdmins`), one given by hand only by hand; for an address that the
 * settings name the role always counts as theirs. `changed`: the person was no operator before. Throws `invalid_input`.
 */
export async function promotePerson(
  ctx: Ctx,
  email: string,
  by: 'hand' | 'settings' = 'hand',
): Promise<{ personId: string; changed: boolean }> {
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const createdBy = by === 'settings' ? 'settings' : 'hand:promote'
    const { personId } = await findOrCreatePerson(inside, { email, createdBy })
    await holdPerson(inside, personId)
    const person = await findPerson(inside, { id: personId })
    const roleFrom = isListed(ctx.settings.adminEmails, email) ? 'settings' : by
    const changed = person?.role !== 'admin'
    if (changed || person?.roleFrom !== roleFrom) await updatePerson(inside, personId, { role: 'admin', roleFrom })
    if (!changed) return { personId, changed }
    await revokeSessions(inside, personId, { kind: 'unproven' }, ctx.clock.now())
    const actor = by === 'settings' ? 'settings' : 'cli'
    await ctx.audit.record(db, { id: ctx.ids.uuid(), actor, action: 'person.promote', personId })
    return { personId, changed }
  })
}
