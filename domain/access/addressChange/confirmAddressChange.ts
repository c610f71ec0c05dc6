import { moveAddress } from '#domain/access/moveAddress.ts'
import { revokeTokens } from '#domain/access/revokeTokens.ts'
import { looksLikeToken, maskEmail } from '#domain/access/rules.ts'
import { holdPerson } from '#domain/access/store.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { AppError, isAppError } from '#errors'
import type { Ctx } from '#ports'
import { type ChangeRow, cancelOpen, confirmSide, findByToken, markMoved, type Side } from './store.ts'

/** `moved`: both agreed. `waiting`: the other mailbox has not pressed its link yet. */
export interface ConfirmedChange {
  state: 'moved' | 'waiting'
  side: Side
}

/**
 * One of the two mailboxes agrees; once both have, the account gets the new address: purchases, progress and notes
 * belong to the person and stay, open links and codes end, sessions go on. The person's row is locked first, as in
 * every move and login. Pressing a link twice changes nothing more. Throws `link_unusable` (expired, cancelled,
 * invented), `rate_limited` after many of those, `forbidden` when the person became an operator meanwhile, and
 * `address_taken` when somebody took the address meanwhile, which also ends the wish.
 */
export async function confirmAddressChange(ctx: Ctx, input: { token: string; ip: string }): Promise<ConfirmedChange> {
  if (!looksLikeToken(input.token)) throw new AppError('link_unusable')
  const hash = ctx.tokens.sha256(input.token)
  try {
    return await ctx.db.transaction((db) => confirm({ ...ctx, db }, hash))
  } catch (error) {
    // Only links that open nothing count against the limit.
    if (isAppError(error) && error.code === 'link_unusable') await ctx.limits.consume('link_guess_per_ip', input.ip)
    if (!isTaken(error)) throw error
    const found = await findByToken(ctx, hash)
    if (found) await cancelOpen(ctx, found.change.personId, ctx.clock.now())
    throw new AppError('address_taken', 'taken meanwhile', { cause: error })
  }
}

async function confirm(ctx: Ctx, hash: string): Promise<ConfirmedChange> {
  const found = await findByToken(ctx, hash)
  if (!found) throw new AppError('link_unusable')
  await holdPerson(ctx, found.change.personId)
  const { side } = found
  const now = ctx.clock.now()
  const change = await confirmSide(ctx, hash, side, now)
  if (!change) return already(ctx, hash, side, now)
  if (!change.oldConfirmedAt || !change.newConfirmedAt) return { state: 'waiting', side }
  await move(ctx, change, now)
  return { state: 'moved', side }
}

/** Pressing a link again after it was accepted is no error. */
async function already(ctx: Ctx, hash: string, side: Side, now: Date): Promise<ConfirmedChange> {
  const change = (await findByToken(ctx, hash))?.change
  const agreed = side === 'old' ? change?.oldConfirmedAt : change?.newConfirmedAt
  if (change?.movedAt && agreed) return { state: 'moved', side }
  if (!change || !agreed || change.cancelledAt || change.expiresAt <= now) throw new AppError('link_unusable')
  return { state: 'waiting', side }
}

async function move(ctx: Ctx, change: ChangeRow, now: Date): Promise<void> {
  const { id, personId, newRaw } = change
  await revokeTokens(ctx, personId)
  const { before } = await moveAddress(ctx, { personId, to: newRaw })
  await markMoved(ctx, id, now)
  await ctx.audit.record(ctx.db, {
    id: ctx.ids.fromName(`address_changed:${id}`),
    actor: `person:${personId}`,
    action: 'address.change',
    personId,
  })
  await queueLetter(ctx, {
    kind: 'address_changed',
    uniqueKey: `address_changed:${id}`,
    to: before,
    personId,
    inputs: { newMasked: maskEmail(newRaw) },
  })
}

/** A purchase at the same moment may take the address too: then PostgreSQL's unique index refuses ours (23505). */
function isTaken(error: unknown): boolean {
  if (isAppError(error)) return error.code === 'address_taken'
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return code === '23505' || cause?.code === '23505'
}
