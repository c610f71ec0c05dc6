import { looksLikeToken, normalizeEmail, safeNext, sendableEmail } from '#domain/access/rules.ts'
import { findLoginToken } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

export interface MagicLinkRequest {
  /** An address, or a used or expired link whose owner wants a new one. */
  email?: string
  linkToken?: string
  next?: string | null
  /** SHA-256 of the pre-login cookie: the letter's code will work only in this browser. */
  browserHash: string
  ip: string
}

/**
 * Asks for a login letter. Only counts and enqueues: whether the address is known is decided in the job, so status,
 * text and timing are the same for every address. Throws `invalid_input`, `rate_limited`, `link_unusable` (invented token).
 */
export async function sendMagicLink(ctx: Ctx, request: MagicLinkRequest): Promise<void> {
  await ctx.limits.consume('login_letter_per_ip', request.ip)
  const email = request.linkToken === undefined ? (request.email ?? '') : await ownerOf(ctx, request.linkToken)
  const normal = normalizeEmail(email)
  if (!normal)
    throw new AppError('invalid_input', 'unusable address', {
      fields: { email: 'Das ist keine gültige E-Mail-Adresse.' },
    })
  await Promise.all([
    ctx.limits.consume('login_letter_per_address', normal),
    ctx.limits.consume('login_letter_per_address_day', normal),
  ])
  await ctx.jobs.send(ctx.db, 'login.request', {
    email: sendableEmail(email),
    next: safeNext(request.next),
    browserHash: request.browserHash,
    requestId: ctx.requestId,
  })
}

async function ownerOf(ctx: Ctx, token: string): Promise<string> {
  const found = looksLikeToken(token) ? await findLoginToken(ctx, ctx.tokens.sha256(token)) : null
  if (!found) throw new AppError('link_unusable')
  return found.emailRaw
}
