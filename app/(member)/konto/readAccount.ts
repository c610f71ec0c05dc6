import { openAddressChange } from '#domain/access/addressChange/openAddressChange.ts'
import { listSessions } from '#domain/access/listSessions.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { releaseMails } from '#domain/learning/settings/releaseMails.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { confirmingLetter } from '#domain/sales/confirmingLetter.ts'
import { purchasesOf } from '#domain/sales/purchasesOf.ts'
import type { Ctx } from '#ports'

/** Where the newest letter is, and whether there is a confirmation to download. */
function lettersOf(letters: LetterRow[]) {
  const [newest] = letters
  return {
    letter: newest ? { state: newest.state, at: newest.stateAt, reason: newest.reason } : null,
    confirmed: confirmingLetter(letters) !== null,
  }
}

/** Purchases with where their letter is, and the devices; null while the database is away. */
export async function readAccount(ctx: Ctx, viewer: Viewer) {
  if (viewer.degraded) return null
  try {
    const [orders, sessions, move, mails] = await Promise.all([
      purchasesOf(ctx, viewer.personId),
      listSessions(ctx, viewer),
      openAddressChange(ctx, viewer),
      releaseMails(ctx, viewer.personId),
    ])
    const letters = await Promise.all(
      orders.map((order) => listLetters(ctx, { purchaseId: order.id, kind: 'welcome' })),
    )
    return {
      orders: orders.map((order, index) => ({ order, ...lettersOf(letters[index] ?? []) })),
      sessions,
      move,
      mails,
    }
  } catch (error) {
    ctx.log.warn({ err: error }, 'account not readable')
    return null
  }
}

export type Account = NonNullable<Awaited<ReturnType<typeof readAccount>>>
