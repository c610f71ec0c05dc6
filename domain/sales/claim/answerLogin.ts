import { normalizeEmail, spellingsOf } from '#domain/access/rules.ts'
import { workLoginRequest } from '#domain/access/workLoginRequest.ts'
import { listLetters } from '#domain/mail/listLetters.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import type { StoredInputs } from '#domain/mail/rules.ts'
import { orderAddress } from '#domain/sales/rules.ts'
import { type PurchaseRow, readPurchasesOfAddress } from '#domain/sales/store.ts'
import type { Ctx, JobPayloads } from '#ports'

/** States from which nobody has an account, and the letter that says so. */
const unpaidLetters = { pending: 'payment_pending', failed: 'payment_failed' } as const

/**
 * The job behind `sendMagicLink`. Whoever ordered and has no account yet, because the debit is on its way or failed,
 * gets the letter about the payment once more: „niemand hat bestellt“ would be false, and a reason to pay twice.
 * Everybody else gets what `workLoginRequest` writes. A repeated job writes nothing new.
 */
export async function answerLogin(ctx: Ctx, job: JobPayloads['login.request']): Promise<void> {
  await workLoginRequest(ctx, job, (inside, normal) => tellOfPayment(inside, job, normal))
}

/** False when this mailbox has heard of no such order. */
async function tellOfPayment(ctx: Ctx, job: JobPayloads['login.request'], normal: string): Promise<boolean> {
  const order = (await readPurchasesOfAddress(ctx.db, spellingsOf(job.email))).find((one) => isOpenFor(one, normal))
  const kind = order && unpaidLetters[order.state as keyof typeof unpaidLetters]
  if (!order || !kind) return false
  const [told] = await listLetters(ctx, { purchaseId: order.id, kind, limit: 1 })
  if (!told) return false
  await queueLetter(ctx, {
    kind,
    uniqueKey: `${kind}:${order.id}:${ctx.tokens.sha256(job.requestId)}`,
    to: orderAddress(order) ?? job.email,
    purchaseId: order.id,
    inputs: (told.inputs as unknown as StoredInputs).data,
  })
  return true
}

/** A corrected order is no longer the old mailbox's. */
const isOpenFor = (order: PurchaseRow, normal: string): boolean =>
  Object.hasOwn(unpaidLetters, order.state) && normalizeEmail(orderAddress(order) ?? '') === normal
