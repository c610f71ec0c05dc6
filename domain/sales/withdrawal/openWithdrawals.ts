import { selectWithdrawals } from '#domain/sales/withdrawal/store.ts'
import type { Ctx } from '#ports'

/** Nobody counts further than this. */
const LIMIT = 200

/** How many declarations of withdrawal wait for the operator's answer, counted up to 200. */
export const openWithdrawals = async (ctx: Ctx): Promise<number> =>
  (await selectWithdrawals(ctx.db, { states: ['new'], limit: LIMIT })).length
