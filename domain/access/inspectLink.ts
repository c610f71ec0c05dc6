import { looksLikeToken, maskEmail } from '#domain/access/rules.ts'
import { findLoginToken } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export interface LinkView {
  /** Whose account the link opens, so that nobody enters a stranger's by mistake; null for an unknown token. */
  emailMasked: string | null
  purpose: 'login' | 'welcome' | null
  /** `expired` also when a newer link was used instead; `unknown`: invented, or ended by a move of the address. */
  state: 'usable' | 'expired' | 'used' | 'unknown'
}

/** What the page behind a link shows. Changes nothing, however often scanners and previews open it. */
export async function inspectLink(ctx: Ctx, token: string): Promise<LinkView> {
  const found = looksLikeToken(token) ? await findLoginToken(ctx, ctx.tokens.sha256(token)) : null
  if (!found) return { emailMasked: null, purpose: null, state: 'unknown' }
  const { purpose, consumedAt, revokedAt, expiresAt } = found
  const state = consumedAt ? 'used' : revokedAt || expiresAt <= ctx.clock.now() ? 'expired' : 'usable'
  return { emailMasked: maskEmail(found.emailRaw), purpose, state }
}
