import { copyLetter } from '#domain/mail/copyLetter.ts'
import { readdressedReason, undeliverable } from '#domain/mail/rules.ts'
import { dropUnsent, type LetterRow, selectLetters } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

export interface Readdressed {
  /** The new letters. One with a link is worth nothing until its caller makes the link valid. */
  letters: { id: string; kind: string }[]
  /** The old address gets no mail: a letter to it came back. */
  oldIsDead: boolean
}

/**
 * After an address was corrected, in the same transaction: nothing unsent goes to the old address any more, and what it
 * said goes to the new one; the newest letter of `kind` goes there in any case. A worker may be handing one over right
 * now: then it went out, the ledger says so, and the link in it is dead.
 */
export async function readdressLetters(
  ctx: Ctx,
  move: { personId: string | null; purchaseId: string | null; from: string; to: string; kind: string; by: string },
): Promise<Readdressed> {
  const { personId, purchaseId, from, to, by } = move
  const about = { personId, purchaseId, address: from, reason: readdressedReason, closedBy: by }
  const dropped = await dropUnsent(ctx, about, ctx.clock.now())
  const [newest] = purchaseId ? await selectLetters(ctx, { purchaseId, kind: move.kind }, 1) : []
  const again = [
    ...dropped.filter(isWorthIt),
    ...(newest && !dropped.some(({ id }) => id === newest.id) ? [newest] : []),
  ]
  const letters: Readdressed['letters'] = []
  for (const old of again) letters.push({ id: await copyLetter(ctx, old, to, by), kind: old.kind })
  return { letters, oldIsDead: newest ? undeliverable.includes(newest.state) : false }
}

/** Login letters are not: their codes belong to a browser, and whoever wants one asks again. */
const isWorthIt = ({ kind }: LetterRow) => kind !== 'login' && kind !== 'no_access'
