import { knownBrowser } from '#domain/access/knownBrowser.ts'
import { isAppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Counts a letter to an address: against the browser's own allowance if it has logged in with this address before, and
 * otherwise, or when that is used up, by calling `shared` (the limits for everybody who types it). Throws
 * `rate_limited`.
 */
export async function countLetter(
  ctx: Ctx,
  input: { known: string | null; email: string },
  shared: () => Promise<void>,
): Promise<void> {
  const id = await knownBrowser(ctx, input.known, input.email)
  if (id === null) return shared()
  try {
    await ctx.limits.consume('login_letter_known_browser', id)
  } catch (error) {
    if (!isAppError(error) || error.code !== 'rate_limited') throw error
    await shared()
  }
}
