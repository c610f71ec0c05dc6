import { endAllSessions } from '#domain/access/endAllSessions.ts'
import { isListed } from '#domain/access/rules.ts'
import { findPerson, holdOperators, updatePerson } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Takes the operator's role away and ends all sessions of the person, so that an admin page left open can do nothing
 * more. False when the person is no operator. Throws `conflict` for an address that `ADMIN_EMAILS` names (the next boot
 * would bring the role back) and for the last operator, because then nobody could repair anything.
 */
export async function demotePerson(ctx: Ctx, personId: string, by: 'hand' | 'settings' = 'hand'): Promise<boolean> {
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    // Locks every operator, in the order of their ids: two demotions at once must not leave us without one.
    const operators = await holdOperators(inside)
    const person = await findPerson(inside, { id: personId })
    if (person?.role !== 'admin') return false
    if (isListed(ctx.settings.adminEmails, person.emailNormal))
      throw new AppError('conflict', 'ADMIN_EMAILS names this address: take it out there and start anew.')
    if (operators.length === 1)
      throw new AppError('conflict', 'This is the last operator: make somebody else one first.')
    await updatePerson(inside, personId, { role: 'learner', roleFrom: null })
    await endAllSessions(inside, personId)
    const actor = by === 'settings' ? 'settings' : 'cli'
    await ctx.audit.record(db, { id: ctx.ids.uuid(), actor, action: 'person.demote', personId })
    return true
  })
}
