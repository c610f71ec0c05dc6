import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { type OpenedSession, openSession } from '#domain/access/openSession.ts'
import { holdPerson } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Opens an unproven session for the browser that paid, before the mail is read: for watching, progress and correcting
 * the address. Call in the transaction that spent the checkout cookie. Throws `forbidden` for an operator, for an
 * unknown person, and once somebody has shown that the mailbox is theirs.
 */
export async function openUnprovenSession(
  ctx: Ctx,
  input: { personId: string; device: string },
): Promise<OpenedSession> {
  // A login or promotion at this moment must either see our session and end it, or be seen by us: hence the lock.
  await holdPerson(ctx, input.personId)
  const origin = await accountOrigin(ctx, input.personId)
  if (!origin || origin.isAdmin || origin.isProven)
    throw new AppError('forbidden', 'no unproven session for this account')
  return openSession(ctx, { ...input, kind: 'unproven' })
}
