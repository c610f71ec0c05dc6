import { and, desc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { orderDraft, purchase } from '#db/schema.ts'
import type { Db } from '#ports'

/** The only SQL on `order_draft`. */

export type DraftRow = typeof orderDraft.$inferSelect
export type NewDraft = typeof orderDraft.$inferInsert

/** False when another call with the same attempt was first. */
export async function insertDraft(db: Db, draft: NewDraft): Promise<boolean> {
  const rows = await db.q.insert(orderDraft).values(draft).onConflictDoNothing().returning({ id: orderDraft.id })
  return rows.length === 1
}

export async function readDraft(db: Db, id: string): Promise<DraftRow | null> {
  const [row] = await db.q.select().from(orderDraft).where(eq(orderDraft.id, id))
  return row ?? null
}

export async function readDraftOfAttempt(db: Db, attemptId: string): Promise<DraftRow | null> {
  const [row] = await db.q.select().from(orderDraft).where(eq(orderDraft.attemptId, attemptId))
  return row ?? null
}

export async function readDraftOfSession(db: Db, sessionId: string): Promise<DraftRow | null> {
  const [row] = await db.q.select().from(orderDraft).where(eq(orderDraft.sessionId, sessionId))
  return row ?? null
}

/** Drafts with a session and this address (`spellingsOf`), newest first. */
export async function readDraftsOfAddress(db: Db, spellings: string[], limit: number): Promise<DraftRow[]> {
  return db.q
    .select()
    .from(orderDraft)
    .where(and(inArray(sql`lower(${orderDraft.email})`, spellings), isNotNull(orderDraft.sessionId)))
    .orderBy(desc(orderDraft.createdAt))
    .limit(limit)
}

export async function readRecentDrafts(db: Db, limit: number): Promise<DraftRow[]> {
  return db.q.select().from(orderDraft).orderBy(desc(orderDraft.createdAt)).limit(limit)
}

/** Replaces what the attempt asks for; false when another call did so meanwhile. */
export async function replaceDraft(db: Db, old: DraftRow, draft: Partial<NewDraft>): Promise<boolean> {
  const rows = await db.q
    .update(orderDraft)
    .set({ ...draft, sessionId: null, sessionUrl: null, sessionExpiredAt: null, cookieHash: null, cookieSpentAt: null })
    .where(
      and(
        eq(orderDraft.id, old.id),
        eq(orderDraft.paramsHash, old.paramsHash),
        old.sessionId === null ? isNull(orderDraft.sessionId) : eq(orderDraft.sessionId, old.sessionId),
      ),
    )
    .returning({ id: orderDraft.id })
  return rows.length === 1
}

/** Notes the session that Stripe opened; false when the attempt asks for something else by now. */
export async function writeSession(
  db: Db,
  draft: { id: string; paramsHash: string },
  session: { sessionId: string; url: string; expiresAt: Date; cookieHash: string },
): Promise<boolean> {
  const rows = await db.q
    .update(orderDraft)
    .set({
      sessionId: session.sessionId,
      sessionUrl: session.url,
      sessionExpiresAt: session.expiresAt,
      cookieHash: session.cookieHash,
    })
    .where(and(eq(orderDraft.id, draft.id), eq(orderDraft.paramsHash, draft.paramsHash)))
    .returning({ id: orderDraft.id })
  return rows.length === 1
}

/** Notes when we first heard that the draft's newest session closed unpaid. */
export async function noteExpired(db: Db, sessionId: string, now: Date): Promise<void> {
  await db.q
    .update(orderDraft)
    .set({ sessionExpiredAt: now })
    .where(and(eq(orderDraft.sessionId, sessionId), isNull(orderDraft.sessionExpiredAt)))
}

/** True once: the row count decides between two requests that bring the same cookie. */
export async function spendCookie(
  db: Db,
  cookie: { orderId: string; sessionId: string; hash: string },
  now: Date,
): Promise<boolean> {
  const rows = await db.q
    .update(orderDraft)
    .set({ cookieSpentAt: now })
    .where(
      and(
        eq(orderDraft.id, cookie.orderId),
        eq(orderDraft.sessionId, cookie.sessionId),
        eq(orderDraft.cookieHash, cookie.hash),
        isNull(orderDraft.cookieSpentAt),
      ),
    )
    .returning({ id: orderDraft.id })
  return rows.length === 1
}

/** Spends every unspent cookie of these drafts, so that none of them opens a session any more. */
export async function spendCookiesOf(db: Db, orderIds: string[], now: Date): Promise<void> {
  if (orderIds.length === 0) return
  const unspent = and(inArray(orderDraft.id, orderIds), isNull(orderDraft.cookieSpentAt))
  await db.q.update(orderDraft).set({ cookieSpentAt: now }).where(unspent)
}

/**
 * Deletes drafts without a session. One that a purchase names stays: a crash after Stripe's answer leaves a draft
 * without its session, which may be paid all the same.
 */
export async function deleteAbandonedDrafts(db: Db, createdBefore: Date, limit: number): Promise<number> {
  const old = db.q
    .select({ id: orderDraft.id })
    .from(orderDraft)
    .where(
      and(
        isNull(orderDraft.sessionId),
        lt(orderDraft.createdAt, createdBefore),
        sql`not exists (select 1 from ${purchase} where ${purchase.orderId} = ${orderDraft.id})`,
      ),
    )
    .limit(limit)
  const gone = await db.q.delete(orderDraft).where(inArray(orderDraft.id, old)).returning({ id: orderDraft.id })
  return gone.length
}

/** Drafts that this person began while logged in, newest first; most of them never became an order. */
export async function readDraftsOf(db: Db, personId: string, limit: number): Promise<DraftRow[]> {
  return db.q
    .select()
    .from(orderDraft)
    .where(eq(orderDraft.personId, personId))
    .orderBy(desc(orderDraft.createdAt))
    .limit(limit)
}

export async function readDrafts(db: Db, ids: string[]): Promise<DraftRow[]> {
  return ids.length === 0 ? [] : db.q.select().from(orderDraft).where(inArray(orderDraft.id, ids))
}
