import { normalizeEmail, spellingsOf } from '#domain/access/rules.ts'
import { workLoginRequest } from '#domain/access/workLoginRequest.ts'
import { listLetters } from '#domain/mail/listLetters.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import type { StoredInputs } from '#domain/mail/rules.ts'
import { orderAddress } from '#domain/sales/rules.ts'
import { type PurchaseRow, readPurchasesOfAddress } from '#domain/sales/store.ts'
import type { Ctx, JobPayloads } from '#ports'

/** States in which a buyer has no account yet, and the letter that tells about the payment. */
const unpaidLetters = { pending: 'payment_pending', failed: 'payment_failed' } as const

/**
 * The job behind `sendMagicLink`. Somebody whose payment is on its way or has failed has no account yet, and gets the
 * letter about the payment once more: „kein Zugang“ alone would tempt to pay twice. Everybody else gets what
 * `workLoginRequest` writes. A repeated job writes nothing new. Throws `invalid_input` for an unusable address.
 */
export async function answerLoginRequest(ctx: Ctx, job: JobPayloads['login.request']): Promise<void> {
  await workLoginRequest(ctx, job, (inside, normal) => tellOfPayment(inside, job, normal))
}

/** False when no letter about such a payment ever went to this mailbox. */
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

/** Whether the order waits for its payment under this address; after a correction only the new address counts. */
const isOpenFor = (order: PurchaseRow, normal: string): boolean =>
  Object.hasOwn(unpaidLetters, order.state) && normalizeEmail(orderAddress(order) ?? '') === normal
