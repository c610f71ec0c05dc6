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
import { dispute, fraudWarning, purchase, refund, wordsOf } from '#db/schema.ts'
import { type PurchaseState, standing } from '#domain/sales/rules.ts'
import type { Db } from '#ports'

/** The only SQL that writes `purchase`; the stores of checkout and reconciler ask questions of their own about it. */

export type PurchaseRow = typeof purchase.$inferSelect

export async function readPurchaseOfSession(db: Db, sessionId: string): Promise<PurchaseRow | null> {
  const [row] = await db.q.select().from(purchase).where(eq(purchase.sessionId, sessionId))
  return row ?? null
}

/**
 * The session of a purchase known by its payment or charge, so that a refund's event need not ask Stripe whose it is.
 */
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
 * version. Answers null when somebody wrote since: then our fetch may be older than theirs and must be repeated.
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

/** Ends the access of a free order for good; false when it gives none. Raises the version: a settle looks again. */
export async function writeAccessEnd(db: Db, id: string, now: Date): Promise<boolean> {
  const rows = await db.q
    .update(purchase)
    .set({ accessEndedAt: now, state: 'refunded', version: sql`${purchase.version} + 1` })
    .where(and(eq(purchase.id, id), eq(purchase.amountTotal, 0), inArray(purchase.state, [...standing])))
    .returning({ id: purchase.id })
  return rows.length === 1
}

/** Takes the one correction that a buyer has; false when it was used. Raises the version. */
export async function claimCorrection(db: Db, id: string, now: Date): Promise<boolean> {
  const rows = await db.q
    .update(purchase)
    .set({ addressCorrectedAt: now, version: sql`${purchase.version} + 1` })
    .where(and(eq(purchase.id, id), isNull(purchase.addressCorrectedAt)))
    .returning({ id: purchase.id })
  return rows.length === 1
}

/**
 * Writes another address while the payment is on its way and there is no account; false when it is too late for that. A
 * buyer has one such correction (`once`), an operator as many as needed. Raises the version.
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

/** Makes settles for one person wait for each other until commit, so that each sees the other's purchase. */
export async function lockPersonsPurchases(db: Db, personId: string): Promise<void> {
  await db.q.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`purchases:${personId}`}, 0))`)
}

/**
 * Sets or clears `double_payment` on every purchase of the person, from the rows alone; answers the flags of those that
 * changed. Call under `lockPersonsPurchases`.
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
  /** The last order of the page before. By id, because many orders share a time: Stripe's are whole seconds. */
  beforeId?: string
  limit: number
}

/** Flags that nobody has ticked off yet. */
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

/** The purchase one of Stripe's ids belongs to: session, payment, charge, refund, dispute, fraud warning, invoice. */
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

/** Newest first; `query` is a tsquery of beginnings of words, from `searchWords`. */
export async function searchPurchases(db: Db, query: string, limit: number): Promise<PurchaseRow[]> {
  return db.q
    .select()
    .from(purchase)
    .where(sql`${wordsOf(purchase.name, purchase.email)} @@ to_tsquery('simple', ${query})`)
    .orderBy(desc(purchase.createdAt))
    .limit(limit)
}

/** How many orders each of these people paid, and the cents left after refunds: one row per person and currency. */
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

/** Orders under this address (`spellingsOf`) in any state, newest first, at most 50. */
export async function readPurchasesOfAddress(db: Db, spellings: string[]): Promise<PurchaseRow[]> {
  return db.q
    .select()
    .from(purchase)
    .where(inArray(sql`lower(${purchase.email})`, spellings))
    .orderBy(desc(purchase.createdAt))
    .limit(50)
}

/** Sessions to judge again when this price becomes ours: those bought with it, and all parked for an unknown price. */
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

/** True when the price was mirrored after `since` and each of these prices was judged foreign after `since` too. */
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

/** Whether a parked purchase waits that nobody has ticked off: one that was paid, one that cost nothing. */
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

/** How many parked orders, not ticked off, wait for their price to become ours. */
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

/** Writes an address to a purchase parked for want of one; false for any other. Raises the version. */
export async function writeGivenAddress(db: Db, id: string, email: string): Promise<boolean> {
  const rows = await db.q
    .update(purchase)
    .set({ emailGiven: email, version: sql`${purchase.version} + 1` })
    .where(and(eq(purchase.id, id), eq(purchase.state, 'parked'), arrayOverlaps(purchase.flags, ['no_address'])))
    .returning({ id: purchase.id })
  return rows.length === 1
}

/** Session → when its purchase was last brought in line with Stripe. */
export async function readSettledAt(db: Db, sessionIds: string[]): Promise<Map<string, Date>> {
  const rows = await db.q
    .select({ sessionId: purchase.sessionId, settledAt: purchase.settledAt })
    .from(purchase)
    .where(inArray(purchase.sessionId, sessionIds))
  return new Map(rows.map(({ sessionId, settledAt }) => [sessionId, settledAt]))
}
