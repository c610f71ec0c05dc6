import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { normalizeEmail, spellingsOf } from '#domain/access/rules.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { tellOperators } from '#domain/mail/tellOperators.ts'
import { orderNumber } from '#domain/sales/rules.ts'
import { findPurchase, type PurchaseRow, readPurchasesOf, readPurchasesOfAddress } from '#domain/sales/store.ts'
import { referencesIn, refundClock } from '#domain/sales/withdrawal/rules.ts'
import { linkWithdrawal, readWithdrawal, type WithdrawalRow } from '#domain/sales/withdrawal/store.ts'
import type { Ctx } from '#ports'

/**
 * The job after a declaration: finds the order it most likely means, tells the operators and, when the receipt went to
 * another mailbox than the order's, the order's owner. May run any number of times: an order is assigned only while
 * there is none, and each letter has its own unique key. Null for an unknown id or when no order fits.
 */
export async function matchWithdrawal(ctx: Ctx, withdrawalId: string): Promise<{ purchaseId: string | null }> {
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const withdrawal = await readWithdrawal(db, withdrawalId)
    if (!withdrawal) return { purchaseId: null }
    const purchase = withdrawal.purchaseId
      ? await findPurchase(db, { id: withdrawal.purchaseId })
      : await likelyPurchase(inside, withdrawal)
    if (purchase) {
      await linkWithdrawal(db, withdrawal.id, purchase.id)
      await warnOwner(inside, withdrawal, purchase)
    }
    await tellOperators(inside, {
      kind: 'operator_withdrawal',
      cause: withdrawal.id,
      purchaseId: purchase?.id ?? null,
      inputs: {
        receivedAt: withdrawal.receivedAt.toISOString(),
        number: purchase ? orderNumber(purchase.number, purchase.createdAt) : null,
        deadline: refundClock(withdrawal.receivedAt, withdrawal.receivedAt).lastDay,
      },
    })
    return { purchaseId: purchase?.id ?? null }
  })
}

/** First what the buyer named; else the newest paid order of the address, else its newest order. */
async function likelyPurchase(ctx: Ctx, { contract, email }: WithdrawalRow): Promise<PurchaseRow | null> {
  const named = referencesIn(contract)
  for (const number of named.numbers) {
    const found = ours(await findPurchase(ctx.db, { number }))
    if (found) return found
  }
  for (const sessionId of named.sessionIds) {
    const found = ours(await findPurchase(ctx.db, { sessionId }))
    if (found) return found
  }
  const person = await findPersonByEmail(ctx, email)
  const own = person ? await readPurchasesOf(ctx.db, person.id) : []
  const candidates = [...own, ...(await readPurchasesOfAddress(ctx.db, spellingsOf(email)))].filter((row) => ours(row))
  return candidates.find(({ state }) => state === 'paid') ?? candidates[0] ?? null
}

const ours = (row: PurchaseRow | null) => (row && row.state !== 'foreign' ? row : null)

/** Somebody may have typed another buyer's order number, so the owner must hear of it. */
async function warnOwner(ctx: Ctx, withdrawal: WithdrawalRow, purchase: PurchaseRow): Promise<void> {
  const account = purchase.personId ? await accountOrigin(ctx, purchase.personId) : null
  const to = account?.email ?? purchase.email
  if (!to || normalizeEmail(to) === normalizeEmail(withdrawal.email)) return
  await queueLetter(ctx, {
    kind: 'withdrawal_notice',
    uniqueKey: `withdrawal_notice:${withdrawal.id}`,
    to,
    personId: purchase.personId,
    purchaseId: purchase.id,
    inputs: {
      number: orderNumber(purchase.number, purchase.createdAt),
      receivedAt: withdrawal.receivedAt.toISOString(),
    },
  })
}
