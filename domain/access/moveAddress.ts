import { normalizeEmail, sendableEmail, unusableAddress } from '#domain/access/rules.ts'
import { findPerson, moveEmail } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Gives a person another address; answers the former one. Joins the caller's transaction. Throws `invalid_input`,
 * `not_found`, `forbidden` for an operator's account, `address_taken` when another account or an operator of the
 * settings has the new address, and `conflict` when another move was faster. A purchase that takes the address at the
 * same moment makes the caller's transaction fail with PostgreSQL's 23505.
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
