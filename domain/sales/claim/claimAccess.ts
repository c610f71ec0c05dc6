import { countLetter } from '#domain/access/countLetter.ts'
import { normalizeEmail, sendableEmail, unusableAddress } from '#domain/access/rules.ts'
import { claimReference } from '#domain/sales/rules.ts'
import type { Ctx } from '#ports'

/**
 * „Bezahlt, aber kein Zugang?“: only counts and queues a job, which finds out whether address and order are known. So
 * status, text and timing are the same for everybody. Throws `invalid_input` with `fields.email`, `rate_limited`.
 */
export async function claimAccess(
  ctx: Ctx,
  input: { email: string; reference?: string | null; browserHash: string; known?: string | null; ip: string },
): Promise<void> {
  const normal = normalizeEmail(input.email)
  if (!normal) throw unusableAddress(input.email)
  await ctx.limits.consume('claim_per_ip', input.ip)
  await ctx.limits.consume('claim_day_per_ip', input.ip)
  await countLetter(ctx, { known: input.known ?? null, email: input.email }, async () => {
    await ctx.limits.consume('claim_per_address', normal)
    // The claim may lead to a login letter, so it counts against their daily limit too.
    await ctx.limits.consume('login_letter_per_address_day', normal)
  })
  await ctx.jobs.send(ctx.db, 'access.claim', {
    email: sendableEmail(input.email),
    reference: claimReference(input.reference),
    browserHash: input.browserHash,
    requestId: ctx.requestId,
  })
}
