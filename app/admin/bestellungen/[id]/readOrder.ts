import { grantsOfSource, type SourceGrant } from '#domain/access/grantsOfSource.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { getOrder, type OrderDetail } from '#domain/sales/getOrder.ts'
import type { Ctx, StoredEvent } from '#ports'

export interface OrderFile extends OrderDetail {
  grants: SourceGrant[]
  letters: LetterRow[]
  events: StoredEvent[]
}

const EVENTS_SHOWN = 50

/** Everything we know of one order; null for an unknown one. */
export async function readOrder(ctx: Ctx, key: string): Promise<OrderFile | null> {
  const detail = await getOrder(ctx, key)
  if (!detail) return null
  const { id, sessionId, paymentIntentId, chargeId } = detail.order
  const objectIds = [sessionId, paymentIntentId, chargeId].filter((one) => one !== null)
  const [grants, letters, events] = await Promise.all([
    grantsOfSource(ctx, `purchase:${id}`),
    listLetters(ctx, { purchaseId: id }),
    ctx.inbox.list({ source: 'stripe', objectIds, limit: EVENTS_SHOWN }),
  ])
  return { ...detail, grants, letters, events }
}
