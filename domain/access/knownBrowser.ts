import { proofFor } from '#domain/access/browserProofs.ts'
import { normalizeEmail } from '#domain/access/rules.ts'
import { findPerson } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * The id of this browser's allowance for this address, or null. Only a cookie with a true proof leads to a query, so
 * nobody else can learn from the time it takes whether an address is known.
 */
export async function knownBrowser(ctx: Ctx, cookie: string | null, email: string): Promise<string | null> {
  const emailNormal = normalizeEmail(email)
  const entry = emailNormal ? proofFor(ctx, cookie, emailNormal) : null
  if (!entry || !emailNormal) return null
  const person = await findPerson(ctx, { emailNormal })
  return person?.sessionVersion === entry.version ? entry.id : null
}
