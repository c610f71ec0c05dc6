import { and, desc, eq, gt, gte, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'
import { cursor, price, purchase } from '#db/schema.ts'
import { isAhead, type Progress, reconcileLimits } from '#domain/sales/reconciler/rules.ts'
import type { PurchaseRow } from '#domain/sales/store.ts'
import type { Db } from '#ports'

/** The only SQL on the reconciler's cursor, and the questions about `purchase` that only it asks. */

const RECONCILER = 'reconciler'
const time = (at: Date) => sql`${at.toISOString()}::timestamptz`
const leaseEnd = (now: Date) => new Date(now.getTime() + reconcileLimits.leaseMs).toISOString()

export interface Claimed {
  /** The place that the last run left. */
  progress: Partial<Progress>
  /** Its next run was planned further ahead than any run plans: a clock was wrong. */
  isAhead: boolean
}

/** SQL: the stored time has passed, or lies so far ahead that only a wrong clock can have written it. */
const isOver = (field: string, now: Date, mostMs: number) => {
  const ahead = new Date(now.getTime() + mostMs + reconcileLimits.slackMs)
  const stored = sql`coalesce((${cursor.value}->>${sql.raw(`'${field}'`)})::timestamptz, '-infinity')`
  return sql`(${stored} <= ${time(now)} or ${stored} > ${time(ahead)})`
}

/**
 * Claims the one cursor for this holder by one conditional write; answers what the last run left in it. Null: another
 * holder has it, or (without `force`) its next run is not due yet. `now` is the database's time.
 */
export async function claimReconciler(
  db: Db,
  claim: { holder: string; now: Date; force: boolean },
): Promise<Claimed | null> {
  const held = { holder: claim.holder, until: leaseEnd(claim.now) }
  const due = claim.force ? undefined : isOver('notBefore', claim.now, reconcileLimits.everyMs)
  const [row] = await db.q
    .insert(cursor)
    .values({ name: RECONCILER, value: held, updatedAt: claim.now })
    .onConflictDoUpdate({
      target: cursor.name,
      set: { value: sql`${cursor.value} || ${JSON.stringify(held)}::jsonb`, updatedAt: claim.now },
      setWhere: and(isOver('until', claim.now, reconcileLimits.leaseMs), due),
    })
    .returning({ value: cursor.value })
  if (!row) return null
  const { progress, notBefore } = row.value as { progress?: Partial<Progress>; notBefore?: string }
  return { progress: progress ?? {}, isAhead: isAhead(notBefore, claim.now, reconcileLimits.everyMs) }
}

/** Renews the lease and saves the place (null: it stays as it was); false when another holder took over. */
export function saveReconciler(db: Db, holder: string, progress: Progress | null, now: Date): Promise<boolean> {
  return writeReconciler(db, holder, { ...(progress ? { progress } : {}), until: leaseEnd(now) }, now)
}

/** Releases the cursor; with a plan, the next scheduled run is due at `notBefore`. */
export function leaveReconciler(
  db: Db,
  holder: string,
  plan: { progress: Progress; notBefore: Date } | null,
  now: Date,
): Promise<boolean> {
  const next = plan ? { progress: plan.progress, notBefore: plan.notBefore.toISOString() } : {}
  return writeReconciler(db, holder, { ...next, until: null }, now)
}

async function writeReconciler(db: Db, holder: string, change: object, now: Date): Promise<boolean> {
  const rows = await db.q
    .update(cursor)
    .set({ value: sql`${cursor.value} || ${JSON.stringify(change)}::jsonb`, updatedAt: now })
    .where(and(eq(cursor.name, RECONCILER), sql`${cursor.value}->>'holder' = ${holder}`))
    .returning({ name: cursor.name })
  return rows.length === 1
}

export async function sessionsWithoutPurchase(db: Db, sessionIds: string[]): Promise<string[]> {
  if (sessionIds.length === 0) return []
  const rows = await db.q
    .select({ sessionId: purchase.sessionId })
    .from(purchase)
    .where(inArray(purchase.sessionId, sessionIds))
  const known = new Set(rows.map(({ sessionId }) => sessionId))
  return sessionIds.filter((id) => !known.has(id))
}

/** Counted as foreign when last settled, but bought with a price that is ours by now. */
const wronglyForeign = and(
  eq(purchase.state, 'foreign'),
  sql`${purchase.priceIds} && array(select ${price.id} from ${price})`,
)

type Checked = Pick<PurchaseRow, 'id' | 'sessionId'>

/** Purchases last settled too long ago, in the order of their ids, behind `after`. */
export async function purchasesDue(
  db: Db,
  look: { now: Date; after: string | null; limit: number },
): Promise<Checked[]> {
  const before = (ms: number) => new Date(look.now.getTime() - ms)
  // A settle in the future was stamped by a wrong clock, and would keep its order from being looked at until then.
  const due = or(
    gt(purchase.settledAt, before(-reconcileLimits.slackMs)),
    and(
      or(inArray(purchase.state, ['open', 'pending', 'suspended', 'parked']), wronglyForeign),
      lt(purchase.settledAt, before(reconcileLimits.openEveryMs)),
      or(
        gt(purchase.createdAt, before(reconcileLimits.openHourlyForMs)),
        lt(purchase.settledAt, before(reconcileLimits.settledEveryMs)),
      ),
    ),
    and(
      or(
        inArray(purchase.state, ['paid', 'failed', 'refunded', 'lost']),
        and(eq(purchase.state, 'foreign'), isNull(purchase.priceIds)),
      ),
      lt(purchase.settledAt, before(reconcileLimits.settledEveryMs)),
      gt(purchase.createdAt, before(reconcileLimits.settledForMs)),
    ),
  )
  return db.q
    .select({ id: purchase.id, sessionId: purchase.sessionId })
    .from(purchase)
    .where(and(due, look.after ? gt(purchase.id, look.after) : undefined))
    .orderBy(purchase.id)
    .limit(look.limit)
}

/** Purchases made since then that are ours or should be, newest first, at most `limit`. */
export async function purchasesSince(db: Db, since: Date, limit: number): Promise<PurchaseRow[]> {
  return db.q
    .select()
    .from(purchase)
    .where(and(gte(purchase.createdAt, since), or(ne(purchase.state, 'foreign'), wronglyForeign)))
    .orderBy(desc(purchase.createdAt))
    .limit(limit)
}
