import { moveAddress } from '#domain/access/moveAddress.ts'
import { prepareWelcomeLink } from '#domain/access/prepareWelcomeLink.ts'
import { revokeTokens } from '#domain/access/revokeTokens.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { readdressLetters } from '#domain/mail/readdressLetters.ts'
import type { Ctx } from '#ports'

/**
 * An account moves to another address, inside the caller's transaction: old links and codes end, unsent letters and the
 * welcome letter go to the new address, and the old one is told only that it was removed, unless no mail reaches it.
 */
export async function rehome(
  ctx: Ctx,
  move: { personId: string; purchaseId: string | null; number: string | null; to: string; by: string },
): Promise<void> {
  const { personId, purchaseId, number, to, by } = move
  await revokeTokens(ctx, personId)
  const { before } = await moveAddress(ctx, { personId, to })
  const sent = await readdressLetters(ctx, { personId, purchaseId, from: before, to, kind: 'welcome', by })
  for (const { id, kind } of sent.letters)
    if (kind === 'welcome') await prepareWelcomeLink(ctx, { letterId: id, personId })
  if (sent.oldIsDead || !purchaseId || !number || before.toLowerCase() === to.toLowerCase()) return
  await queueLetter(ctx, {
    kind: 'address_removed',
    uniqueKey: `address_removed:${purchaseId}`,
    to: before,
    purchaseId,
    inputs: { number },
  })
}
