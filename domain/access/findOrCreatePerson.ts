import { normalizeEmail, sendableEmail, unusableAddress } from '#domain/access/rules.ts'
import { findPerson, insertPerson } from '#domain/access/store.ts'
import { invariant } from '#errors'
import type { Ctx } from '#ports'

/**
 * The person with this address, made if there is none. Exactly one of any simultaneous calls makes it and gets the
 * account's address as `created`; the others get null. An existing person is never changed: typing an address is no
 * proof of owning it. The new person is a learner. Joins the caller's transaction. Throws `invalid_input` with
 * `fields.email` for an unusable address.
 */
export async function findOrCreatePerson(
  ctx: Ctx,
  input: { email: string; name?: string | null; createdBy: string },
): Promise<{ personId: string; created: string | null }> {
  const emailNormal = normalizeEmail(input.email)
  if (!emailNormal) throw unusableAddress(input.email)
  const id = ctx.ids.uuid()
  const row = {
    id,
    emailNormal,
    emailRaw: sendableEmail(input.email),
    name: input.name ?? null,
    createdBy: input.createdBy,
  }
  // Insert before asking: most buyers are new, and then one statement is enough.
  if (await insertPerson(ctx, { ...row, createdAt: ctx.clock.now() })) return { personId: id, created: row.emailRaw }
  const existing = await findPerson(ctx, { emailNormal })
  invariant(existing, 'an insert that conflicts has a winner')
  return { personId: existing.id, created: null }
}
