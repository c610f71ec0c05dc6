import { normalizeEmail } from '#domain/access/rules.ts'
import { findPerson } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * Which event made this account (`createdBy`, such as `purchase:{id}`), whether it is an operator's (by role, or listed
 * in `ADMIN_EMAILS`) and whether somebody has ever logged in through its mailbox; null for an unknown person. The
 * success page decides with these facts whether the browser that paid may come in (I7).
 */
export async function accountOrigin(
  ctx: Ctx,
  personId: string,
): Promise<{ createdBy: string; email: string; isAdmin: boolean; isProven: boolean } | null> {
  const person = await findPerson(ctx, { id: personId })
  if (!person) return null
  const isListed = ctx.settings.adminEmails.some((email) => normalizeEmail(email) === person.emailNormal)
  return {
    createdBy: person.createdBy,
    email: person.emailRaw,
    isAdmin: person.role === 'admin' || isListed,
    isProven: person.firstLoginAt !== null,
  }
}
