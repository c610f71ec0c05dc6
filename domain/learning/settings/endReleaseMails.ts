import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { setReleaseMails } from './setReleaseMails.ts'

/**
 * Ends the digests of the person that a letter's token names. The token needs no login, never expires and opens nothing
 * else. Repeating changes nothing. Throws `link_unusable`, `rate_limited`, `database_unavailable`.
 */
export async function endReleaseMails(ctx: Ctx, input: { token: string; ip: string }): Promise<void> {
  const personId = ctx.tokens.mailOffPerson(input.token)
  if (!personId) {
    await ctx.limits.consume('link_guess_per_ip', input.ip)
    throw new AppError('link_unusable', 'no genuine token')
  }
  await setReleaseMails(ctx, { personId, on: false })
}
