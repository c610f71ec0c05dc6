import { readWithdrawal } from '#domain/sales/withdrawal/store.ts'
import type { Ctx } from '#ports'

/** What a declaration said and when it arrived, for the browser that sent it; null for an unknown id. */
export async function receivedWithdrawal(
  ctx: Ctx,
  id: string,
): Promise<{ name: string; contract: string; email: string; receivedAt: Date } | null> {
  const row = await readWithdrawal(ctx.db, id)
  return row && { name: row.name, contract: row.contract, email: row.email, receivedAt: row.receivedAt }
}
