import { inArray, sql } from 'drizzle-orm'
import { dispute, fraudWarning, refund } from '#db/schema.ts'
import type { Db, DisputeFact, FraudWarningFact, RefundFact } from '#ports'

/** The only SQL on `refund`, `dispute` and `fraud_warning`: mirrors of Stripe's objects that only settles write. */

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

export async function mirrorWarnings(
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

/** The mirrored refunds, disputes and warnings of these purchases, each oldest first. */
export async function readAfterSale(db: Db, purchaseIds: string[]) {
  if (purchaseIds.length === 0) return { refunds: [], disputes: [], warnings: [] }
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
    warnings: await db.q
      .select()
      .from(fraudWarning)
      .where(inArray(fraudWarning.purchaseId, purchaseIds))
      .orderBy(fraudWarning.createdAt, fraudWarning.id),
  }
}
