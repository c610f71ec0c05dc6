import { moveAddress } from '#domain/access/moveAddress.ts'
import { prepareWelcomeLink } from '#domain/access/prepareWelcomeLink.ts'
import { revokeTokens } from '#domain/access/revokeTokens.ts'
import { listLetters } from '#domain/mail/listLetters.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { readdressLetters } from '#domain/mail/readdressLetters.ts'
import { orderAddress, orderNumber } from '#domain/sales/rules.ts'
import type { PurchaseRow } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/**
 * An account moves to another address, inside the caller's transaction: old links and codes end, unsent letters and the
 * welcome letter go to the new address, and the old one is told only that it was removed, unless no mail reaches it.
 * Answers whether a welcome letter goes to the new one. Throws as `moveAddress` does.
 */
export async function rehome(
  ctx: Ctx,
  move: { personId: string; purchaseId: string | null; number: string | null; to: string; by: string },
): Promise<{ welcomed: boolean }> {
  const { personId, purchaseId, number, to, by } = move
  await revokeTokens(ctx, personId)
  const { before } = await moveAddress(ctx, { personId, to })
  const sent = await readdressLetters(ctx, { personId, purchaseId, from: before, to, kind: 'welcome', by })
  for (const { id, kind } of sent.letters)
    if (kind === 'welcome') await prepareWelcomeLink(ctx, { letterId: id, personId })
  const welcomed = sent.letters.some(({ kind }) => kind === 'welcome')
  if (sent.oldIsDead || !purchaseId || !number || before.toLowerCase() === to.toLowerCase()) return { welcomed }
  await tellRemoved(ctx, { purchaseId, number, to: before })
  return { welcomed }
}

/** The same for an order without an account: only the letters about its payment move to the new address. */
export async function rehomePending(ctx: Ctx, purchase: PurchaseRow, move: { to: string; by: string }): Promise<void> {
  const { to, by } = move
  const { id } = purchase
  const from = orderAddress(purchase)
  if (!from || from.toLowerCase() === to.toLowerCase()) return
  const about = { personId: null, purchaseId: id, from, to, kind: 'payment_pending', by }
  if ((await readdressLetters(ctx, about)).oldIsDead) return
  await tellRemoved(ctx, { purchaseId: id, number: orderNumber(purchase.number, purchase.createdAt), to: from })
}

async function tellRemoved(ctx: Ctx, { purchaseId, number, to }: { purchaseId: string; number: string; to: string }) {
  const uniqueKey = await removalKey(ctx, purchaseId)
  await queueLetter(ctx, { kind: 'address_removed', uniqueKey, to, purchaseId, inputs: { number } })
}

/** A key per move: each mailbox that an account leaves is told once. The caller has locked the person. */
async function removalKey(ctx: Ctx, purchaseId: string): Promise<string> {
  const before = (await listLetters(ctx, { purchaseId, kind: 'address_removed' })).length
  return `address_removed:${purchaseId}${before === 0 ? '' : `:${before + 1}`}`
}
