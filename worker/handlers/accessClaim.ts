import { workClaim } from '#domain/sales/claim/workClaim.ts'
import type { Handler } from '../handler.ts'

export const accessClaim: Handler<'access.claim'> = (ctx, job) => workClaim(ctx, job)
