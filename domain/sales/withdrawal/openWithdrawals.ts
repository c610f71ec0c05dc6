import { selectWithdrawals } from '#domain/sales/withdrawal/store.ts'
import type { Ctx } from '#ports'

/** More than this are not the state of a small shop. */
const LIMIT = 200

/** How many declarations of withdrawal wait for the operator's answer. */
export const openWithdrawals = async (ctx: Ctx): Promise<number> =>
  (await selectWithdrawals(ctx.db, { states: ['new'], limit: LIMIT })).length
