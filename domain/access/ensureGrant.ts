import { upsertGrant } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * Opens a course for a person, once per `source` (`purchase:{id}`, `hand:{key}`): repeating it makes no second grant
 * but writes `personId` and `startsAt` anew, and after `revokeGrant` it opens the same grant again. `startsAt` is the
 * instant from which releases by days count. Joins the caller's transaction.
 */
export async function ensureGrant(
  ctx: Ctx,
  grant: { personId: string; course: string; source: string; startsAt: Date },
): Promise<{ grantId: string }> {
  const { id } = await upsertGrant(ctx, { id: ctx.ids.uuid(), createdAt: ctx.clock.now(), ...grant })
  return { grantId: id }
}
