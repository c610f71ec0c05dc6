import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { holdPerson } from '#domain/access/holdPerson.ts'
import { maskEmail, normalizeEmail, sendableEmail, unusableAddress } from '#domain/access/rules.ts'
import { giveAddress } from '#domain/sales/address/giveAddress.ts'
import { movePending } from '#domain/sales/address/movePending.ts'
import { rehome } from '#domain/sales/address/rehome.ts'
import { type DraftRow, findDraft } from '#domain/sales/checkout/findDraft.ts'
import { type BuyerProof, provesBuyer } from '#domain/sales/checkout/provesBuyer.ts'
import { orderNumber } from '#domain/sales/rules.ts'
import {
  claimCorrection,
  lockPersonsPurchases,
  type PurchaseRow,
  readPurchaseOfSession,
  readPurchasesOf,
} from '#domain/sales/store.ts'
import { AppError, isAppError, isOutsideError } from '#errors'
import type { Ctx } from '#ports'

export interface CorrectAddressInput extends BuyerProof {
  email: string
  /** UUID of the form: a second click is the same correction. */
  key: string
  ip: string
}

/**
 * The buyer puts a mistyped address right: once, from the browser that paid, and only until a link or code of the
 * account was used. All outstanding links and codes end, the welcome letter goes to the new address, and the old one is
 * told only that it was removed. An order without a usable address takes this one and is settled again; one whose
 * payment is on its way keeps it for later.
 *
 * Races: settles of the person wait (advisory lock), logins wait (the person's row), and of two corrections one writes
 * (row count). Throws `not_found` without proof, `invalid_input`, `address_taken` (not by whom), `address_locked`,
 * `conflict` (the key stands for something else), `rate_limited`.
 */
export async function correctAddress(ctx: Ctx, input: CorrectAddressInput): Promise<{ emailMasked: string }> {
  const { purchase: found, draft } = await proven(ctx, input)
  let purchase = found
  if (!normalizeEmail(input.email)) throw unusableAddress(input.email)
  // Counted after the proof: whoever knows a session's id but did not pay must not use up its buyer's tries.
  await ctx.limits.consume('address_change_per_ip', input.ip)
  await ctx.limits.consume('address_change_per_order', input.sessionId)
  const email = sendableEmail(input.email)
  // Ordered while logged in: the letters go to that account, whose owner changes its address there.
  if (draft?.personId) throw new AppError('address_locked', 'ordered by an account')
  if (!purchase.personId && purchase.state === 'pending') {
    const key = giveKey(ctx, input.key)
    if (await movePending(ctx, { purchase, email, actor: 'buyer', key })) return { emailMasked: maskEmail(email) }
    // Either it was settled meanwhile and has an account now, or it was corrected before.
    purchase = (await readPurchaseOfSession(ctx.db, input.sessionId)) ?? purchase
    if (!purchase.personId) throw new AppError('address_locked', 'corrected before')
  }
  if (!purchase.personId) {
    await give(ctx, purchase, email, input.key)
    return { emailMasked: maskEmail(email) }
  }
  const { personId } = purchase
  try {
    await ctx.db.transaction((db) => correct({ ...ctx, db }, { ...input, email }, purchase, personId))
  } catch (error) {
    throw isAddressTaken(error) ? new AppError('address_taken', 'address is taken', { cause: error }) : error
  }
  return { emailMasked: maskEmail(email) }
}

/** Order and draft for the browser that paid; to everybody else this order does not exist (`not_found`). */
async function proven(
  ctx: Ctx,
  input: CorrectAddressInput,
): Promise<{ purchase: PurchaseRow; draft: DraftRow | null }> {
  const purchase = await readPurchaseOfSession(ctx.db, input.sessionId)
  if (!purchase || !(await provesBuyer(ctx, input))) throw new AppError('not_found', 'not the browser that paid')
  return { purchase, draft: purchase.orderId ? await findDraft(ctx, purchase.orderId) : null }
}

async function correct(ctx: Ctx, input: CorrectAddressInput, purchase: PurchaseRow, personId: string): Promise<void> {
  await lockPersonsPurchases(ctx.db, personId)
  await holdPerson(ctx, personId)
  const before = await ctx.audit.list(ctx.db, { purchaseIds: [purchase.id], limit: 50 })
  // This click gave the address before, and the order was settled since.
  if (before.some(({ id }) => id === giveKey(ctx, input.key))) return
  const entry = { id: input.key, actor: 'buyer', action: 'address.correct', personId, purchaseId: purchase.id }
  if (!(await ctx.audit.record(ctx.db, entry))) return
  await refuseTooLate(ctx, purchase, personId)
  const now = ctx.clock.now()
  if (!(await claimCorrection(ctx.db, purchase.id, now))) throw new AppError('address_locked', 'corrected before')
  const number = orderNumber(purchase.number, purchase.createdAt)
  await rehome(ctx, { personId, purchaseId: purchase.id, number, to: input.email, by: 'buyer' })
}

const giveKey = (ctx: Ctx, key: string) => ctx.ids.fromName(`give:${key}`)

/** The account must have been made by this purchase, never logged into, and hold no other order. */
async function refuseTooLate(ctx: Ctx, purchase: PurchaseRow, personId: string): Promise<void> {
  const origin = await accountOrigin(ctx, personId)
  if (!origin || origin.isAdmin || origin.isProven || origin.createdBy !== `purchase:${purchase.id}`)
    throw new AppError('address_locked', 'the account is somebody’s')
  const others = (await readPurchasesOf(ctx.db, personId)).filter(({ id }) => id !== purchase.id)
  if (others.length > 0) throw new AppError('address_locked', 'the account has other orders')
}

/** For an order without an account: stores the address as our own fact, from which the settle goes on. */
async function give(ctx: Ctx, purchase: PurchaseRow, email: string, key: string): Promise<void> {
  try {
    await giveAddress(ctx, { purchaseId: purchase.id, email, actor: 'buyer', key: giveKey(ctx, key) })
  } catch (error) {
    // The address is stored: the reconciler or the next look at the page settles the order once Stripe answers.
    if (isOutsideError(error)) return
    throw isAppError(error) && error.code === 'conflict' ? new AppError('address_locked', error.message) : error
  }
}

/** A purchase at the same moment may take the address too: then PostgreSQL's unique index refuses ours (23505). */
export function isAddressTaken(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return code === '23505' || cause?.code === '23505'
}
