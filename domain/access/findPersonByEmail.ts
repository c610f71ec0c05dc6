import { normalizeEmail } from '#domain/access/rules.ts'
import { findPerson, type PersonRow } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/** The person with this address in any spelling that normalises to it; null for an unknown or unusable one. */
export async function findPersonByEmail(ctx: Ctx, email: string): Promise<PersonRow | null> {
  const emailNormal = normalizeEmail(email)
  return emailNormal ? findPerson(ctx, { emailNormal }) : null
}
