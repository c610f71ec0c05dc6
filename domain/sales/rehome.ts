import { moveAddress } from '#domain/access/moveAddress.ts'
import { prepareWelcomeLink } from '#domain/access/prepareWelcomeLink.ts'
import { revokeTokens } from '#domain/access/revokeTokens.ts'
import { listLetters } from '#domain/mail/listLetters.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { readdressLetters } from '#domain/mail/readdressLetters.ts'
import type { Ctx } from '#ports'

/**
 * An account moves to another address, inside the caller's transaction: old links and codes end, unsent letters and the
 * welcome letter go to the new address, and the old one is told only that it was removed, unless no mail reaches it. Answers whether a welcome letter goes to the new one.
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
  const uniqueKey = await removalKey(ctx, purchaseId)
  await queueLetter(ctx, { kind: 'address_removed', uniqueKey, to: before, purchaseId, inputs: { number } })
  return { welcomed }
}

/** One letter per move: an account may move again, and each mailbox it leaves is told. The caller holds the person. */
async function removalKey(ctx: Ctx, purchaseId: string): Promise<string> {
  const before = (await listLetters(ctx, { purchaseId, kind: 'address_removed' })).length
  return `address_removed:${purchaseId}${before === 0 ? '' : `:${before + 1}`}`
}
