import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm'
import { dispute, fraudWarning, price, refund } from '#db/schema.ts'
import type { Db, DisputeFact, FraudWarningFact, PriceFact, RefundFact } from '#ports'

/** The only SQL on `price`, `refund`, `dispute` and `fraud_warning`: mirrors of Stripe's. */

export type PriceRow = typeof price.$inferSelect

export async function mirrorRefunds(db: Db, purchaseId: string, facts: RefundFact[], seenAt: Date): Promise<void> {
  await db.q
    .insert(refund)
    .values(
      facts.map(({ id, amount, status, failureReason, createdAt }) => ({
        id,
        purchaseId,
        amount,
        status,
        failureReason: failureReason ?? null,
        createdAt: createdAt ?? seenAt,
        seenAt,
      })),
    )
    .onConflictDoUpdate({
      target: refund.id,
      set: {
        amount: sql`excluded.amount`,
        status: sql`excluded.status`,
        failureReason: sql`excluded.failure_reason`,
        seenAt,
      },
    })
}

export async function mirrorDisputes(db: Db, purchaseId: string, facts: DisputeFact[], seenAt: Date): Promise<void> {
  await db.q
    .insert(dispute)
    .values(
      facts.map(({ id, amount, status, reason, evidenceDueAt, createdAt }) => ({
        id,
        purchaseId,
        amount,
        status,
        reason: reason ?? null,
        evidenceDueAt: evidenceDueAt ?? null,
        createdAt: createdAt ?? seenAt,
        seenAt,
      })),
    )
    .onConflictDoUpdate({
      target: dispute.id,
      set: {
        amount: sql`excluded.amount`,
        status: sql`excluded.status`,
        reason: sql`excluded.reason`,
        evidenceDueAt: sql`excluded.evidence_due_at`,
        seenAt,
      },
    })
}

export async function mirrorFraudWarnings(
  db: Db,
  purchaseId: string,
  facts: FraudWarningFact[],
  seenAt: Date,
): Promise<void> {
  await db.q
    .insert(fraudWarning)
    .values(
      facts.map(({ id, type, actionable, createdAt }) => ({ id, purchaseId, type, actionable, createdAt, seenAt })),
    )
    .onConflictDoUpdate({ target: fraudWarning.id, set: { actionable: sql`excluded.actionable`, seenAt } })
}

/** The mirrored refunds, disputes and fraud warnings of these purchases, each oldest first. */
export async function readAfterSale(db: Db, purchaseIds: string[]) {
  if (purchaseIds.length === 0) return { refunds: [], disputes: [], fraudWarnings: [] }
  return {
    refunds: await db.q
      .select()
      .from(refund)
      .where(inArray(refund.purchaseId, purchaseIds))
      .orderBy(refund.createdAt, refund.id),
    disputes: await db.q
      .select()
      .from(dispute)
      .where(inArray(dispute.purchaseId, purchaseIds))
      .orderBy(dispute.createdAt, dispute.id),
    fraudWarnings: await db.q
      .select()
      .from(fraudWarning)
      .where(inArray(fraudWarning.purchaseId, purchaseIds))
      .orderBy(fraudWarning.createdAt, fraudWarning.id),
  }
}

/**
 * Writes Stripe's price as the product's current one; true when the table did not have it before. No row is ever
 * deleted: a price in this table is or once was ours.
 */
export async function writePrice(db: Db, productType: string, fact: PriceFact, now: Date): Promise<boolean> {
  const row = { ...fact, productType, current: true, fetchedAt: now }
  const [written] = await db.q
    .insert(price)
    .values(row)
    .onConflictDoUpdate({ target: price.id, set: row })
    .returning({ isNew: sql<boolean>`xmax = 0` })
  await db.q
    .update(price)
    .set({ current: false })
    .where(and(eq(price.productType, productType), ne(price.id, fact.id), price.current))
  return written?.isNew ?? false
}

/** Keeps a price that is not on sale here, but whose metadata at Stripe say that it opens the course. */
export async function rememberPrice(db: Db, productType: string, fact: PriceFact, now: Date): Promise<void> {
  const { id, lookupKey, productName, currency, unitAmount, active } = fact
  const row = { id, lookupKey, productName, currency, unitAmount, active, productType, current: false, fetchedAt: now }
  await db.q.insert(price).values(row).onConflictDoNothing()
}

export async function readCurrentPrice(db: Db, productType: string): Promise<PriceRow | null> {
  const [row] = await db.q
    .select()
    .from(price)
    .where(and(eq(price.productType, productType), price.current))
    .orderBy(desc(price.fetchedAt))
    .limit(1)
  return row ?? null
}

export async function readPriceIds(db: Db): Promise<string[]> {
  return (await db.q.select({ id: price.id }).from(price)).map(({ id }) => id)
}
