import { matchWithdrawal } from '#domain/sales/withdrawal/matchWithdrawal.ts'
import type { Handler } from '../handler.ts'

export const withdrawalMatch: Handler<'withdrawal.match'> = (ctx, { withdrawalId }) =>
  matchWithdrawal(ctx, withdrawalId)
