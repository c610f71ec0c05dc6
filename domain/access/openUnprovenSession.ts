import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { type OpenedSession, openSession } from '#domain/access/openSession.ts'
import { holdPerson } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Lets the browser that paid in before the mail is read (DESIGN 6): watching, progress, correcting the address.
 * The caller has spent the checkout cookie in the same transaction. Never for an operator, and
 * never again once somebody has shown that the mailbox is theirs: throws `forbidden`.
 */
export async function openUnprovenSession(
  ctx: Ctx,
  input: { personId: string; device: string },
): Promise<OpenedSession> {
  // Against a login or a promotion of this very moment: it must see our session and end it, or we must see it.
  await holdPerson(ctx, input.personId)
  const origin = await accountOrigin(ctx, input.personId)
  if (!origin || origin.isAdmin || origin.isProven)
    throw new AppError('forbidden', 'no unproven session for this account')
  return openSession(ctx, { ...input, kind: 'unproven' })
}
