import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { type OpenedSession, openSession } from '#domain/access/openSession.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Lets the browser that paid in before the mail is read (DESIGN 6): watching, progress, correcting the address.
 * The caller has spent the checkout cookie in the same transaction. Never for an operator: throws `forbidden`.
 */
export async function openUnprovenSession(
  ctx: Ctx,
  input: { personId: string; device: string },
): Promise<OpenedSession> {
  const origin = await accountOrigin(ctx, input.personId)
  if (!origin || origin.isAdmin) throw new AppError('forbidden', 'no unproven session for this account')
  return openSession(ctx, { ...input, kind: 'unproven' })
}
