import { normalizeEmail, sendableEmail, unusableAddress } from '#domain/access/rules.ts'
import { findPerson, moveEmail } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Gives a person another address; answers the one of before. The row count decides between two moves at once. Throws
 * `invalid_input`, `forbidden` for an operator's account or address, `address_taken` when somebody has the new address:
 * without a word about whom. A simultaneous purchase that takes the address fails the caller's transaction.
 */
export async function moveAddress(ctx: Ctx, input: { personId: string; to: string }): Promise<{ before: string }> {
  const normal = normalizeEmail(input.to)
  if (!normal) throw unusableAddress(input.to)
  const person = await findPerson(ctx, { id: input.personId })
  if (!person) throw new AppError('not_found', 'no such person')
  const operators = ctx.settings.adminEmails.map(normalizeEmail)
  if (person.role === 'admin' || operators.includes(person.emailNormal)) throw new AppError('forbidden', 'an operator')
  if (normal !== person.emailNormal && (operators.includes(normal) || (await findPerson(ctx, { emailNormal: normal }))))
    throw new AppError('address_taken', 'address is taken')
  const change = { emailNormal: normal, emailRaw: sendableEmail(input.to) }
  if (!(await moveEmail(ctx, person.id, person.emailNormal, change))) throw new AppError('conflict', 'address changed')
  return { before: person.emailRaw }
}
