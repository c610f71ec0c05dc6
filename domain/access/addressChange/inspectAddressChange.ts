import { looksLikeToken, maskEmail } from '#domain/access/rules.ts'
import { findPerson } from '#domain/access/store.ts'
import type { Ctx } from '#ports'
import { findByToken, type Side } from './store.ts'

export interface AddressChangeView {
  /**
   * `open`: this mailbox may agree. `agreed`: it did, the other has not. `moved`: both did, the account has the new
   * address. `over`: expired or taken back. `unknown`: an invented token.
   */
  state: 'open' | 'agreed' | 'moved' | 'over' | 'unknown'
  side: Side | null
  /** „m•••@gmx.de“; null for an invented token, and once the account has moved. */
  oldMasked: string | null
  newMasked: string | null
}

const nothing: AddressChangeView = { state: 'unknown', side: null, oldMasked: null, newMasked: null }

/** What the page behind a link shows. Changes nothing, however often scanners and previews open it. */
export async function inspectAddressChange(ctx: Ctx, token: string): Promise<AddressChangeView> {
  const found = looksLikeToken(token) ? await findByToken(ctx, ctx.tokens.sha256(token)) : null
  if (!found) return nothing
  const { change, side } = found
  const person = await findPerson(ctx, { id: change.personId })
  const agreed = side === 'old' ? change.oldConfirmedAt : change.newConfirmedAt
  const isOver = change.cancelledAt !== null || change.expiresAt <= ctx.clock.now()
  return {
    state: change.movedAt ? 'moved' : isOver ? 'over' : agreed ? 'agreed' : 'open',
    side,
    oldMasked: person && !change.movedAt ? maskEmail(person.emailRaw) : null,
    newMasked: maskEmail(change.newRaw),
  }
}
