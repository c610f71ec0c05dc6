import { endAllSessions } from '#domain/access/endAllSessions.ts'
import { holdPerson } from '#domain/access/holdPerson.ts'
import { normalizeEmail, sendableEmail } from '#domain/access/rules.ts'
import { isAddressTaken } from '#domain/sales/correctAddress.ts'
import { rehome } from '#domain/sales/rehome.ts'
import { orderNumber } from '#domain/sales/rules.ts'
import { lockPersonsPurchases, readPurchasesOf } from '#domain/sales/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator moves an account to another address, at any time and as often as needed: all its sessions, links and
 * codes end, and the welcome letter of its newest paid order (or of `purchaseId`) goes to the new mailbox with a new link. Never for an
 * operator's account. `key` is the form's. Throws `invalid_input` with `fields`, `forbidden`, `address_taken`, `not_found`.
 */
export async function correctAddressByHand(
  ctx: Ctx,
  input: { personId: string; email: string; actor: string; key: string; reason?: string; purchaseId?: string },
): Promise<void> {
  const { personId, actor, key, reason } = input
  if (!normalizeEmail(input.email))
    throw new AppError('invalid_input', 'unusable address', {
      fields: { email: 'Das ist keine gültige E-Mail-Adresse.' },
    })
  try {
    await ctx.db.transaction(async (db) => {
      const inside = { ...ctx, db }
      await lockPersonsPurchases(db, personId)
      await holdPerson(inside, personId)
      const orders = await readPurchasesOf(db, personId)
      const order =
        orders.find(({ id }) => id === input.purchaseId) ?? orders.find(({ state }) => state === 'paid') ?? orders[0]
      const purchaseId = order?.id ?? null
      if (!(await ctx.audit.record(db, { id: key, actor, action: 'address.correct', personId, purchaseId, reason })))
        return
      await endAllSessions(inside, personId)
      const number = order ? orderNumber(order.number, order.createdAt) : null
      await rehome(inside, { personId, purchaseId, number, to: sendableEmail(input.email), by: actor })
    })
  } catch (error) {
    throw isAddressTaken(error) ? new AppError('address_taken', 'address is taken', { cause: error }) : error
  }
}
