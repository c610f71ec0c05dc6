import { findPerson } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/** Which event made this account (`purchase:{id}`, `hand`, …), and whether it may ever be an operator's; null if gone. */
export async function accountOrigin(
  ctx: Ctx,
  personId: string,
): Promise<{ createdBy: string; isAdmin: boolean } | null> {
  const person = await findPerson(ctx, { id: personId })
  if (!person) return null
  const isAdmin = person.role === 'admin' || ctx.settings.adminEmails.includes(person.emailNormal)
  return { createdBy: person.createdBy, isAdmin }
}
