import { countLetter } from '#domain/access/countLetter.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import {
  checkDeclaration,
  type Declaration,
  type DeclarationField,
  declarationSentence,
  receiptKey,
} from '#domain/sales/withdrawal/rules.ts'
import { insertWithdrawal, readWithdrawal } from '#domain/sales/withdrawal/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

export interface DeclareWithdrawalInput extends Partial<Record<DeclarationField, string>> {
  /** The form's hidden id: a second submit of the same words is the same declaration. */
  id: string
  /** For the limits; never stored. */
  ip: string
  /** The cookie of a browser that has logged in before (`knownBrowser`). */
  known?: string | null
}

/**
 * Takes a declaration of withdrawal (§ 356a BGB): stored as it came, with server time to the second, and in the same
 * transaction the receipt to the given address and a job that looks for the order. Nothing here depends on our
 * orders, so unknown, expired and refunded ones get the same answer in the same time.
 *
 * The row's id is made from the form's id and the words: a double click adds nothing, changed words are a declaration
 * of their own. Throws `invalid_input` with `fields` (nothing stored), `rate_limited`, `database_unavailable`.
 */
export async function declareWithdrawal(
  ctx: Ctx,
  input: DeclareWithdrawalInput,
): Promise<{ id: string; receivedAt: Date }> {
  const { declaration, fields } = checkDeclaration(input)
  if (Object.keys(fields).length > 0) throw new AppError('invalid_input', Object.keys(fields).join(', '), { fields })
  const id = ctx.ids.fromName(`withdrawal:${input.id}:${ctx.tokens.sha256(JSON.stringify(declaration))}`)
  const before = await readWithdrawal(ctx.db, id)
  if (before) return { id, receivedAt: before.receivedAt }
  await ctx.limits.consume('withdrawal_per_ip', input.ip)
  await countLetter(ctx, { known: input.known ?? null, email: declaration.email }, () =>
    ctx.limits.consume('withdrawal_per_address', declaration.email.toLowerCase()),
  )
  // Cut to the second, so that receipt and row say the same.
  const receivedAt = new Date(Math.floor(ctx.clock.now().getTime() / 1000) * 1000)
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const isNew = await insertWithdrawal(db, { id, receivedAt, ...declaration, requestId: ctx.requestId })
    if (isNew) await acknowledge(inside, id, declaration, receivedAt)
    const stored = isNew ? { receivedAt } : await readWithdrawal(db, id)
    return { id, receivedAt: stored?.receivedAt ?? receivedAt }
  })
}

/** § 356a Abs. 4 BGB: a receipt with content, date and time, at once. It confirms the arrival, not that it is valid. */
async function acknowledge(ctx: Ctx, id: string, declaration: Declaration, receivedAt: Date): Promise<void> {
  await queueLetter(ctx, {
    kind: 'withdrawal_receipt',
    uniqueKey: receiptKey(id),
    to: declaration.email,
    inputs: { ...declaration, sentence: declarationSentence, receivedAt: receivedAt.toISOString() },
  })
  await ctx.jobs.send(
    ctx.db,
    'withdrawal.match',
    { withdrawalId: id, requestId: ctx.requestId },
    { id: ctx.ids.fromName(`withdrawal.match:${id}`) },
  )
}
