import {
  and,
  arrayContains,
  arrayOverlaps,
  desc,
  eq,
  inArray,
  isNotNull,
  isNull,
  lt,
  ne,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import { accessClaim, dispute, fraudWarning, orderDraft, price, purchase, refund, wordsOf } from '#db/schema.ts'
import type { PurchaseState } from '#domain/sales/rules.ts'
import type { Db, PriceFact } from '#ports'

/** The only SQL on `price`, `order_draft`, `purchase` and `access_claim`. */
export type PriceRow = typeof price.$inferSelect
export type DraftRow = typeof orderDraft.$inferSelect
export type PurchaseRow = typeof purchase.$inferSelect
export type NewDraft = typeof orderDraft.$inferInsert

// ── price ────────────────────────────────────────────────────────────────────────────────────────

/**
 * Writes Stripe's price as the product's current one. No row is ever deleted: this table is what „is or was ours“ means.
 * True when the price was not ours before.
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

/** A price that is not on sale here, and that its owner calls ours. */
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

// ── order drafts ─────────────────────────────────────────────────────────────────────────────────

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

export async function readRecentDrafts(db: Db, limit: number): Promise<DraftRow[]> {
  return db.q.select().from(orderDraft).orderBy(desc(orderDraft.createdAt)).limit(limit)
}

/** Replaces what the attempt asks for, unless somebody else did meanwhile. */
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

/** Notes the session Stripe opened, unless the attempt asks for something else by now. */
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

/** Notes that the draft's newest session closed unpaid; once, at the time it was first heard. */
export async function noteExpired(db: Db, sessionId: string, now: Date): Promise<void> {
  await db.q
    .update(orderDraft)
    .set({ sessionExpiredAt: now })
    .where(and(eq(orderDraft.sessionId, sessionId), isNull(orderDraft.sessionExpiredAt)))
}

/** Once: the row count decides between two requests that bring the same cookie. */
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

/** Whoever holds a cookie of these drafts is not let in by it any more. */
export async function spendCookiesOf(db: Db, orderIds: string[], now: Date): Promise<void> {
  if (orderIds.length === 0) return
  const unspent = and(inArray(orderDraft.id, orderIds), isNull(orderDraft.cookieSpentAt))
  await db.q.update(orderDraft).set({ cookieSpentAt: now }).where(unspent)
}

/** Never became a session, and no purchase names it: a crash after Stripe's answer leaves a draft without its session, too. */
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

// ── purchases ────────────────────────────────────────────────────────────────────────────────────

export async function readPurchaseOfSession(db: Db, sessionId: string): Promise<PurchaseRow | null> {
  const [row] = await db.q.select().from(purchase).where(eq(purchase.sessionId, sessionId))
  return row ?? null
}

/** The session of a purchase we know by its payment, so that a refund need not ask Stripe whose it is. */
export async function readSessionOfPayment(
  db: Db,
  reference: { paymentIntentId: string | null; chargeId: string | null },
): Promise<string | null> {
  const known = [
    reference.paymentIntentId ? eq(purchase.paymentIntentId, reference.paymentIntentId) : undefined,
    reference.chargeId ? eq(purchase.chargeId, reference.chargeId) : undefined,
  ].filter((condition) => condition !== undefined)
  if (known.length === 0) return null
  const [row] = await db.q
    .select({ sessionId: purchase.sessionId })
    .from(purchase)
    .where(or(...known))
    .limit(1)
  return row?.sessionId ?? null
}

export type PurchaseFacts = Omit<typeof purchase.$inferInsert, 'number' | 'version' | 'createdAt' | 'settledAt'> & {
  createdAt: Date
  settledAt: Date
}

/**
 * Writes what was computed from a fetch that began at version `read` (null: there was no row). Always raises the
 * version. null: somebody wrote since, so the fetch may be older than theirs and must be repeated.
 */
export async function writePurchase(db: Db, read: number | null, facts: PurchaseFacts): Promise<PurchaseRow | null> {
  if (read === null) {
    const [row] = await db.q
      .insert(purchase)
      .values({ ...facts, version: 1 })
      .onConflictDoNothing()
      .returning()
    return row ?? null
  }
  const { id, sessionId, ...changes } = facts
  const [row] = await db.q
    .update(purchase)
    .set({ ...changes, version: read + 1 })
    .where(and(eq(purchase.sessionId, sessionId), eq(purchase.version, read)))
    .returning()
  return row ?? null
}

/** Ends the access of a free order for good; false when it gives none. Raises the version, so that a settle looks again. */
export async function writeAccessEnd(db: Db, id: string, now: Date): Promise<boolean> {
  const rows = await db.q
    .update(purchase)
    .set({ accessEndedAt: now, state: 'refunded', version: sql`${purchase.version} + 1` })
    .where(
      and(eq(purchase.id, id), eq(purchase.amountTotal, 0), inArray(purchase.state, ['paid', 'parked', 'suspended'])),
    )
    .returning({ id: purchase.id })
  return rows.length === 1
}

/** The one correction a buyer has; false when it was used. */
export async function claimCorrection(db: Db, id: string, now: Date): Promise<boolean> {
  const rows = await db.q
    .update(purchase)
    .set({ addressCorrectedAt: now, version: sql`${purchase.version} + 1` })
    .where(and(eq(purchase.id, id), isNull(purchase.addressCorrectedAt)))
    .returning({ id: purchase.id })
  return rows.length === 1
}

/**
 * Another address while the payment is on its way and nobody has an account from it; false when too late. A buyer has
 * one such correction (`once`), an operator as many as it takes.
 */
export async function writePendingCorrection(
  db: Db,
  id: string,
  correction: { email: string; now: Date; once: boolean },
): Promise<boolean> {
  const { email, now, once } = correction
  const free = once ? isNull(purchase.addressCorrectedAt) : undefined
  const rows = await db.q
    .update(purchase)
    .set({ email, emailGiven: email, addressCorrectedAt: now, version: sql`${purchase.version} + 1` })
    .where(and(eq(purchase.id, id), eq(purchase.state, 'pending'), isNull(purchase.personId), free))
    .returning({ id: purchase.id })
  return rows.length === 1
}

/** Two settles for one person wait for each other here, so that each sees the other's purchase. Until commit. */
export async function lockPersonsPurchases(db: Db, personId: string): Promise<void> {
  await db.q.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`purchases:${personId}`}, 0))`)
}

/**
 * Sets or clears `double_payment` on every purchase of the person, from the rows alone; answers the flags of those that
 * changed. Under the lock above.
 */
export async function flagDoublePayments(db: Db, personId: string): Promise<Map<string, string[]>> {
  const changed = await db.q.execute<{ id: string; flags: string[] }>(sql`
    update purchase set flags = case when twin.paid_twice then array_append(flags, 'double_payment')
                                     else array_remove(flags, 'double_payment') end
    from (select p.id, p.state = 'paid' and count(*) filter (where p.state = 'paid') over () > 1 as paid_twice
          from purchase p where p.person_id = ${personId}) twin
    where purchase.id = twin.id and twin.paid_twice <> ('double_payment' = any(purchase.flags))
    returning purchase.id, purchase.flags`)
  return new Map(changed.rows.map(({ id, flags }) => [id, flags]))
}

export async function readPurchasesOf(db: Db, personId: string): Promise<PurchaseRow[]> {
  return db.q.select().from(purchase).where(eq(purchase.personId, personId)).orderBy(desc(purchase.createdAt))
}

export interface OrderFilter {
  states?: PurchaseState[]
  /** Only rows with something a person should look at and has not ticked off. */
  flagged?: boolean
  /** Only rows with one of these flags, not ticked off. */
  flags?: string[]
  before?: Date
  /** Pages on after this order: Stripe's times are whole seconds, so many orders share one. */
  beforeId?: string
  limit: number
}

/** What nobody has ticked off yet. */
const unseenFlags = sql<string[]>`array(select unnest(${purchase.flags}) except select unnest(${purchase.flagsSeen}))`

export async function listPurchases(db: Db, filter: OrderFilter): Promise<PurchaseRow[]> {
  const conditions: (SQL | undefined)[] = [
    filter.states ? inArray(purchase.state, filter.states) : ne(purchase.state, 'foreign'),
    filter.flagged ? sql`not ${purchase.flags} <@ ${purchase.flagsSeen}` : undefined,
    filter.flags ? sql`${unseenFlags} && ${sql.param(filter.flags, purchase.flags)}` : undefined,
    filter.before ? lt(purchase.createdAt, filter.before) : undefined,
    filter.beforeId
      ? sql`(${purchase.createdAt}, ${purchase.number}) < (select p.created_at, p.number from purchase p where p.id = ${filter.beforeId})`
      : undefined,
  ]
  return db.q
    .select()
    .from(purchase)
    .where(and(...conditions))
    .orderBy(desc(purchase.createdAt), desc(purchase.number))
    .limit(filter.limit)
}

export async function findPurchase(
  db: Db,
  key: { id: string } | { sessionId: string } | { number: number },
): Promise<PurchaseRow | null> {
  const condition =
    'id' in key
      ? eq(purchase.id, key.id)
      : 'sessionId' in key
        ? eq(purchase.sessionId, key.sessionId)
        : eq(purchase.number, key.number)
  const [row] = await db.q.select().from(purchase).where(condition)
  return row ?? null
}

/** The purchase one of Stripe's ids belongs to: session, payment, charge, refund, dispute, warning, invoice. */
export async function findPurchaseByStripeId(db: Db, id: string): Promise<PurchaseRow | null> {
  const part = (table: typeof refund | typeof dispute | typeof fraudWarning) =>
    sql`${purchase.id} in (select ${table.purchaseId} from ${table} where ${table.id} = ${id})`
  const prefix = id.slice(0, id.indexOf('_'))
  const condition = {
    cs: eq(purchase.sessionId, id),
    pi: eq(purchase.paymentIntentId, id),
    ch: eq(purchase.chargeId, id),
    py: eq(purchase.chargeId, id),
    in: eq(purchase.invoiceId, id),
    re: part(refund),
    pyr: part(refund),
    dp: part(dispute),
    du: part(dispute),
    issfr: part(fraudWarning),
  }[prefix]
  if (!condition) return null
  const [row] = await db.q.select().from(purchase).where(condition).limit(1)
  return row ?? null
}

/** By the beginnings of words of name and address; `query` is a tsquery of plain words. */
export async function searchPurchases(db: Db, query: string, limit: number): Promise<PurchaseRow[]> {
  return db.q
    .select()
    .from(purchase)
    .where(sql`${wordsOf(purchase.name, purchase.email)} @@ to_tsquery('simple', ${query})`)
    .orderBy(desc(purchase.createdAt))
    .limit(limit)
}

/** Checkouts somebody opened while logged in, newest first; most of them never became an order. */
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

/** How many orders each of these people paid, and what remained of it: one row per person and currency. */
export async function sumPurchases(
  db: Db,
  personIds: string[],
): Promise<{ personId: string | null; orders: number; cents: number; currency: string }[]> {
  if (personIds.length === 0) return []
  return db.q
    .select({
      personId: purchase.personId,
      orders: sql<number>`count(*)::int`,
      cents: sql<number>`sum(${purchase.amountTotal} - ${purchase.amountRefunded})::int`,
      currency: purchase.currency,
    })
    .from(purchase)
    .where(and(inArray(purchase.personId, personIds), isNotNull(purchase.paidAt)))
    .groupBy(purchase.personId, purchase.currency)
}

/** Every order paid with this address (`spellingsOf`), newest first. */
export async function readPurchasesOfAddress(db: Db, spellings: string[]): Promise<PurchaseRow[]> {
  return db.q
    .select()
    .from(purchase)
    .where(inArray(sql`lower(${purchase.email})`, spellings))
    .orderBy(desc(purchase.createdAt))
    .limit(50)
}

/** Orders that a price decides about: parked or ignored with it, and all that wait because their price is not ours. */
export async function sessionsOfPrice(db: Db, priceId: string, limit: number): Promise<string[]> {
  const waiting = and(eq(purchase.state, 'parked'), arrayOverlaps(purchase.flags, ['unknown_price']))
  const withPrice = or(eq(purchase.priceId, priceId), arrayContains(purchase.priceIds, [priceId]))
  const rows = await db.q
    .select({ sessionId: purchase.sessionId })
    .from(purchase)
    .where(or(waiting, and(withPrice, inArray(purchase.state, ['parked', 'foreign', 'pending']))))
    .orderBy(desc(purchase.createdAt))
    .limit(limit)
  return rows.map(({ sessionId }) => sessionId)
}

/** True when the mirror is younger than `since`, and each of these prices was judged another's since then, too. */
export async function knownForeign(db: Db, priceIds: string[], since: Date): Promise<boolean> {
  const at = since.toISOString()
  const { rows } = await db.q.execute<{ known: boolean }>(sql`
    select exists (select 1 from price where current and fetched_at > ${at}::timestamptz)
       and ${sql.param(priceIds)}::text[] <@ array(
         select unnest(price_ids) from purchase where settled_at > ${at}::timestamptz and state = 'foreign') as known`)
  return rows[0]?.known ?? false
}

export async function readPurchases(db: Db, ids: string[]): Promise<PurchaseRow[]> {
  return ids.length === 0 ? [] : db.q.select().from(purchase).where(inArray(purchase.id, ids))
}

/** Does a parked purchase wait for a person who has not looked yet: one that was paid, one that cost nothing? */
export async function anyParked(db: Db): Promise<{ paid: boolean; free: boolean }> {
  const [row] = await db.q
    .select({
      paid: sql<boolean>`coalesce(bool_or(${purchase.amountTotal} > 0), false)`,
      free: sql<boolean>`coalesce(bool_or(${purchase.amountTotal} = 0), false)`,
    })
    .from(purchase)
    .where(and(eq(purchase.state, 'parked'), sql`not ${purchase.flags} <@ ${purchase.flagsSeen}`))
  return row ?? { paid: false, free: false }
}

/** Paid orders that nobody ticked off and that wait for a price of theirs to be the course's. */
export async function countForeignPriced(db: Db): Promise<number> {
  const flag = 'unknown_price'
  const waiting = and(
    eq(purchase.state, 'parked'),
    sql`${flag} = any(${purchase.flags})`,
    sql`${flag} <> all(${purchase.flagsSeen})`,
  )
  return db.q.$count(purchase, waiting)
}

/** Ticks a flag off; false when the purchase is gone. Settles leave this column alone, so the version stays. */
export async function addSeenFlag(db: Db, id: string, flag: string): Promise<boolean> {
  const rows = await db.q
    .update(purchase)
    .set({ flagsSeen: sql`array(select distinct unnest(array_append(${purchase.flagsSeen}, ${flag})) order by 1)` })
    .where(eq(purchase.id, id))
    .returning({ id: purchase.id })
  return rows.length === 1
}

/** An address for a purchase that has none. Raises the version, so that a settle under way looks again. */
export async function writeGivenAddress(db: Db, id: string, email: string): Promise<boolean> {
  const rows = await db.q
    .update(purchase)
    .set({ emailGiven: email, version: sql`${purchase.version} + 1` })
    .where(and(eq(purchase.id, id), eq(purchase.state, 'parked'), arrayOverlaps(purchase.flags, ['no_address'])))
    .returning({ id: purchase.id })
  return rows.length === 1
}

// ── claims: „Bezahlt, aber kein Zugang?“ ─────────────────────────────────────────────────────────

export type ClaimRow = typeof accessClaim.$inferSelect

export const claimSentence =
  'Jemand hat bezahlt und kommt nicht hinein; allein ging es nicht zu lösen. Unter /admin/anfragen steht, was fehlt.'

/** Sessions that were opened with, or paid under, this address (`spellingsOf`): newest first. */
export async function sessionsOfAddress(db: Db, spellings: string[], limit: number): Promise<string[]> {
  const isIt = sql`lower(email) = any(${sql.param(spellings)}::text[])`
  const rows = await db.q.execute<{ session_id: string }>(sql`
    select session_id from (
      select session_id, created_at from purchase where ${isIt} and state <> 'foreign'
      union
      select session_id, created_at from order_draft where ${isIt} and session_id is not null
    ) known order by created_at desc limit ${limit}`)
  return [...new Set(rows.rows.map((row) => row.session_id))]
}

/** False when the same claim is known; one that was answered opens again. */
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
