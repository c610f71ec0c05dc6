import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { findPerson, grantsOfPerson, holdPerson } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

export interface HandGrant {
  personId: string
  course: string
  /** What the person typed; goes to the audit log only. */
  reason: string
  /** `person:{id}` of the operator, or `cli`. */
  actor: string
  /** UUID of the form: the same click twice is one grant. */
  key: string
}

/**
 * Opens the course for a person without a purchase. The grant's source is `hand:{key}`, so no refund of any purchase
 * ends it, and ending it ends no purchase's grant (I1, I3). Repeating the same grant under its key changes nothing.
 * Throws `invalid_input` (no reason, unknown course), `not_found` (no such person), `conflict` (a hand grant is open
 * already, or the key stands for something else).
 */
export async function grantByHand(ctx: Ctx, grant: HandGrant): Promise<{ source: string }> {
  const { personId, course, actor, key } = grant
  const reason = grant.reason.trim()
  if (reason === '')
    throw new AppError('invalid_input', 'no reason', { fields: { reason: 'Schreib einen Grund dazu.' } })
  if (course !== ctx.content.course().id) throw new AppError('invalid_input', 'no such course')
  const source = `hand:${key}`
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    if (!(await findPerson(inside, { id: personId }))) throw new AppError('not_found', 'no such person')
    await holdPerson(inside, personId)
    const entry = { id: key, actor, action: 'grant.add', personId, target: source, reason, detail: { course } }
    if (!(await ctx.audit.record(db, entry))) return { source }
    const open = (await grantsOfPerson(inside, personId)).find(
      (one) => one.course === course && one.revokedAt === null && one.source.startsWith('hand:'),
    )
    if (open)
      throw new AppError('conflict', 'a hand grant is open', {
        fields: { personId: 'Diese Person hat schon einen Zugang von Hand. Es wurde nichts geändert.' },
      })
    await ensureGrant(inside, { personId, course, source, startsAt: ctx.clock.now() })
    return { source }
  })
}
