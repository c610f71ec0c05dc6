import { getOrder } from '#domain/sales/getOrder.ts'
import type { AuditEntry, Ctx } from '#ports'

export interface DeedFilter {
  personId?: string
  /** As `getOrder` takes it: „W-2026-0117“, „117“, a session or an id. */
  order?: string | null
  action?: string | null
  /** The last entry of the page before. */
  beforeId?: string
  limit: number
}

/** What was done by hand, newest first; null when the filter names an order that there is none of. */
export async function listDeeds(ctx: Ctx, filter: DeedFilter): Promise<AuditEntry[] | null> {
  const { personId, beforeId, limit } = filter
  const known = filter.order ? await getOrder(ctx, filter.order) : null
  if (filter.order && !known) return null
  const purchaseIds = known ? [known.order.id] : undefined
  return ctx.audit.list(ctx.db, { personId, purchaseIds, action: filter.action ?? undefined, beforeId, limit })
}
