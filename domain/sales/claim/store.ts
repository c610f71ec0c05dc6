import { and, eq, isNull, sql } from 'drizzle-orm'
import { accessClaim } from '#db/schema.ts'
import type { Db } from '#ports'

/** The only SQL on `access_claim`: „Bezahlt, aber kein Zugang?“ */

export type ClaimRow = typeof accessClaim.$inferSelect

/** Stores a claim, or opens an answered one again; false when the same claim is open already. */
export async function insertClaim(db: Db, claim: Omit<ClaimRow, 'closedAt' | 'closedBy'>): Promise<boolean> {
  const { receivedAt, why } = claim
  const rows = await db.q
    .insert(accessClaim)
    .values(claim)
    .onConflictDoUpdate({
      target: accessClaim.id,
      set: { receivedAt, why, closedAt: null, closedBy: null },
      setWhere: sql`${accessClaim.closedAt} is not null`,
    })
    .returning({ id: accessClaim.id })
  return rows.length === 1
}

export async function openClaims(db: Db, limit: number): Promise<ClaimRow[]> {
  return db.q
    .select()
    .from(accessClaim)
    .where(isNull(accessClaim.closedAt))
    .orderBy(accessClaim.receivedAt)
    .limit(limit)
}

export async function claimOf(db: Db, id: string): Promise<ClaimRow | null> {
  const [row] = await db.q.select().from(accessClaim).where(eq(accessClaim.id, id))
  return row ?? null
}

export async function closeClaim(db: Db, id: string, closedBy: string, now: Date): Promise<boolean> {
  const rows = await db.q
    .update(accessClaim)
    .set({ closedAt: now, closedBy })
    .where(and(eq(accessClaim.id, id), isNull(accessClaim.closedAt)))
    .returning({ id: accessClaim.id })
  return rows.length === 1
}
