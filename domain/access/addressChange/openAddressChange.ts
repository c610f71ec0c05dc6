import { maskEmail, type Viewer } from '#domain/access/rules.ts'
import type { Ctx } from '#ports'
import { findOpen } from './store.ts'

export interface OpenAddressChange {
  newMasked: string
  oldAgreed: boolean
  newAgreed: boolean
  expiresAt: Date
}

/** The learner's wish that still waits for a mailbox; null without one. */
export async function openAddressChange(ctx: Ctx, viewer: Viewer): Promise<OpenAddressChange | null> {
  const change = await findOpen(ctx, viewer.personId)
  if (!change || change.expiresAt <= ctx.clock.now()) return null
  return {
    newMasked: maskEmail(change.newRaw),
    oldAgreed: change.oldConfirmedAt !== null,
    newAgreed: change.newConfirmedAt !== null,
    expiresAt: change.expiresAt,
  }
}
