import { settleOrder } from '#domain/sales/settleOrder.ts'
import type { Ctx, JobPayloads } from '#ports'

export const orderSettle = (ctx: Ctx, job: JobPayloads['order.settle']) =>
  settleOrder(ctx, job.sessionId, { closely: job.closely })
