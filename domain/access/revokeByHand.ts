import { revokeGrant } from '#domain/access/revokeGrant.ts'
import { grantsFrom } from '#domain/access/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Ends a grant that was given by hand; answers how many this call ended. A purchase's grant follows its payment: the
 * next settle would open it again (I1), so it ends with the refund. Repeating the same end under its key changes
 * nothing and answers 0. Throws `invalid_input` (no reason), `not_found`, `conflict` (a purchase's grant, one that is
 * over, or the key stands for something else).
 */
export async function revokeByHand(
  ctx: Ctx,
  input: { source: string; reason: string; actor: string; key: string },
): Promise<{ ended: number }> {
  const { source, actor, key } = input
  const reason = input.reason.trim()
  if (reason === '')
    throw new AppError('invalid_input', 'no reason', { fields: { reason: 'Schreib einen Grund dazu.' } })
  if (!source.startsWith('hand:'))
    throw new AppError('conflict', 'a purchase decides about its grant', {
      fields: {
        source:
          'Dieser Zugang gehört zu einer Bestellung. Er endet, wenn du sie ganz erstattest; war sie kostenlos, beende ihn bei der Bestellung.',
      },
    })
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const [grant] = await grantsFrom(inside, source)
    if (!grant) throw new AppError('not_found', 'no such grant')
    const entry = { id: key, actor, action: 'grant.revoke', personId: grant.personId, target: source, reason }
    if (!(await ctx.audit.record(db, entry))) return { ended: 0 }
    // The typed reason goes to the audit log only: what is stored with the grant may be shown to its owner.
    const { ended } = await revokeGrant(inside, { source, reason: 'hand' })
    if (ended === 0)
      throw new AppError('conflict', 'grant is over', {
        fields: { source: 'Dieser Zugang war schon beendet. Es wurde nichts geändert.' },
      })
    return { ended }
  })
}
