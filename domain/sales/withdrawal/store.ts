import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { withdrawal } from '#db/schema.ts'
import type { Db } from '#ports'

/** The only SQL on `withdrawal`. */

export type WithdrawalRow = typeof withdrawal.$inferSelect

/** False when the same words were stored before under the same form. */
export async function insertWithdrawal(db: Db, row: typeof withdrawal.$inferInsert): Promise<boolean> {
  const rows = await db.q.insert(withdrawal).values(row).onConflictDoNothing().returning({ id: withdrawal.id })
  return rows.length === 1
}

export async function readWithdrawal(db: Db, id: string): Promise<WithdrawalRow | null> {
  const [row] = await db.q.select().from(withdrawal).where(eq(withdrawal.id, id))
  return row ?? null
}

export async function selectWithdrawals(
  db: Db,
  filter: {
    states?: WithdrawalRow['state'][]
    purchaseIds?: string[]
    beforeId?: string
    oldestFirst?: boolean
    limit: number
  },
): Promise<WithdrawalRow[]> {
  if (filter.purchaseIds?.length === 0) return []
  return db.q
    .select()
    .from(withdrawal)
    .where(
      and(
        filter.states ? inArray(withdrawal.state, filter.states) : undefined,
        filter.purchaseIds ? inArray(withdrawal.purchaseId, filter.purchaseIds) : undefined,
        filter.beforeId
          ? sql`(${withdrawal.receivedAt}, ${withdrawal.id}) < (select w.received_at, w.id from withdrawal w where w.id = ${filter.beforeId})`
          : undefined,
      ),
    )
    .orderBy(
      ...[withdrawal.receivedAt, withdrawal.id].map((column) => (filter.oldestFirst ? asc(column) : desc(column))),
    )
    .limit(filter.limit)
}

/** Assigns an order only while there is none: what a person assigned stays. */
export async function linkWithdrawal(db: Db, id: string, purchaseId: string): Promise<void> {
  await db.q
    .update(withdrawal)
    .set({ purchaseId })
    .where(and(eq(withdrawal.id, id), isNull(withdrawal.purchaseId)))
}

/** Assigns another order; false once the declaration is decided. */
export async function moveWithdrawal(db: Db, id: string, purchaseId: string): Promise<boolean> {
  const rows = await db.q
    .update(withdrawal)
    .set({ purchaseId })
    .where(and(eq(withdrawal.id, id), eq(withdrawal.state, 'new')))
    .returning({ id: withdrawal.id })
  return rows.length === 1
}

/** True once: the row count decides between two clicks. */
export async function closeWithdrawal(
  db: Db,
  id: string,
  decision: Pick<WithdrawalRow, 'state' | 'note' | 'decidedBy' | 'decidedAt'>,
): Promise<boolean> {
  const rows = await db.q
    .update(withdrawal)
    .set(decision)
    .where(and(eq(withdrawal.id, id), eq(withdrawal.state, 'new')))
    .returning({ id: withdrawal.id })
  return rows.length === 1
}
