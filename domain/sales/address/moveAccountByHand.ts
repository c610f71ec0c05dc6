import { endAllSessions } from '#domain/access/endAllSessions.ts'
import { holdPerson } from '#domain/access/holdPerson.ts'
import { normalizeEmail, sendableEmail, unusableAddress } from '#domain/access/rules.ts'
import { sendLoginLink } from '#domain/access/sendLoginLink.ts'
import { isAddressTaken } from '#domain/sales/address/correctAddress.ts'
import { rehome } from '#domain/sales/address/rehome.ts'
import { spendCookiesOf } from '#domain/sales/checkout/store.ts'
import { orderNumber } from '#domain/sales/rules.ts'
import { lockPersonsPurchases, readPurchasesOf } from '#domain/sales/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator moves an account to another address, at any time and as often as needed: all its sessions, links and
 * codes end, and unspent checkout cookies open nothing any more. The welcome letter of its newest paid order (or of
 * `purchaseId`) goes to the new mailbox with a new link; without such a letter a login link goes there. `key` is the
 * form's UUID; repeating it changes nothing. Throws `invalid_input` with `fields`, `forbidden` (an operator's account),
 * `address_taken`, `not_found`, `conflict` (the key stands for something else).
 */
export async function moveAccountByHand(
  ctx: Ctx,
  input: { personId: string; email: string; actor: string; key: string; reason?: string; purchaseId?: string },
): Promise<void> {
  const { personId, actor, key, reason } = input
  if (!normalizeEmail(input.email)) throw unusableAddress(input.email)
  try {
    await ctx.db.transaction(async (db) => {
      const inside = { ...ctx, db }
      await lockPersonsPurchases(db, personId)
      const orders = await readPurchasesOf(db, personId)
      // Cookies first, then the person, in the order in which a login by cookie locks them. An unspent cookie must not
      // open the moved account.
      const drafts = orders.flatMap(({ orderId }) => orderId ?? [])
      await spendCookiesOf(db, drafts, ctx.clock.now())
      await holdPerson(inside, personId)
      const order =
        orders.find(({ id }) => id === input.purchaseId) ?? orders.find(({ state }) => state === 'paid') ?? orders[0]
      const purchaseId = order?.id ?? null
      if (!(await ctx.audit.record(db, { id: key, actor, action: 'address.correct', personId, purchaseId, reason })))
        return
      await endAllSessions(inside, personId)
      const number = order ? orderNumber(order.number, order.createdAt) : null
      const to = sendableEmail(input.email)
      const { welcomed } = await rehome(inside, { personId, purchaseId, number, to, by: actor })
      if (!welcomed) await sendLoginLink(inside, { personId, actor, key: ctx.ids.fromName(`move-link:${key}`) })
    })
  } catch (error) {
    throw isAddressTaken(error) ? new AppError('address_taken', 'address is taken', { cause: error }) : error
  }
}
