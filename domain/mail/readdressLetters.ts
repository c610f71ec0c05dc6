import { copyLetter } from '#domain/mail/copyLetter.ts'
import { readdressedReason, undeliverable } from '#domain/mail/rules.ts'
import { dropUnsent, type LetterRow, selectLetters } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

export interface Readdressed {
  /** The new letters; the caller must make the link in one valid. */
  letters: { id: string; kind: string }[]
  /** True: the newest letter to the old address came back, so no mail reaches it. */
  oldIsDead: boolean
}

/**
 * After an address was corrected, in the same transaction: unsent letters to the old address are dropped and written to
 * the new one, and the newest letter of `kind` goes to the new one in any case. If a worker is just handing one over,
 * it goes out; its row says so, and its link no longer works.
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

/**
 * Whether to write a dropped letter again. Not login letters: their codes belong to a browser, and people ask again.
 */
const isWorthIt = ({ kind }: LetterRow) => kind !== 'login' && kind !== 'no_access'
