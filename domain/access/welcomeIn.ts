import { type OpenedSession, openSession } from '#domain/access/openSession.ts'
import { accessLimits } from '#domain/access/rules.ts'
import { type LoginTokenRow, markFirstLogin, revokeLoginTokens, revokeSessions } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

export interface LoggedIn extends OpenedSession {
  /** One of our own paths, or null for the usual place. */
  next: string | null
}

/**
 * What follows when a link or code was used: the mailbox is proven, so the person's unproven sessions and other login
 * links end, and a proven session opens. Call in the transaction of the conditional write that spent the token.
 */
export async function welcomeIn(ctx: Ctx, token: LoginTokenRow, device: string): Promise<LoggedIn> {
  const now = ctx.clock.now()
  // First: this write waits while an unproven session is being opened, and only then can that one be ended.
  await markFirstLogin(ctx, token.personId, now)
  await revokeSessions(ctx, token.personId, { kind: 'unproven' }, now)
  await revokeLoginTokens(ctx, token.personId, token.id, now)
  const opened = await openSession(ctx, { personId: token.personId, kind: 'proven', device })
  return { ...opened, next: token.next }
}

/** When a link handed over at `at` ends. */
export const linkEnd = (purpose: 'login' | 'welcome', at: Date): Date =>
  new Date(at.getTime() + (purpose === 'login' ? accessLimits.loginLinkMs : accessLimits.welcomeLinkMs))
