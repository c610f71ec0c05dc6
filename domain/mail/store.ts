import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { letter } from '#db/schema.ts'
import {
  type LetterState,
  type ParkCause,
  standsStill,
  statesBelow,
  undeliverable,
  unpaidKinds,
} from '#domain/mail/rules.ts'
import type { Ctx } from '#ports'

/** The only SQL on `letter`. */

export type LetterRow = typeof letter.$inferSelect

/** Ids of the rows that are new; for the others a letter with their key exists. */
export async function insertLetters(ctx: Ctx, rows: (typeof letter.$inferInsert)[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const added = await ctx.db.q.insert(letter).values(rows).onConflictDoNothing().returning({ id: letter.id })
  return new Set(added.map(({ id }) => id))
}

export async function findLetter(ctx: Ctx, id: string): Promise<LetterRow | null> {
  const [row] = await ctx.db.q.select().from(letter).where(eq(letter.id, id))
  return row ?? null
}

const sendable: LetterState[] = ['queued', 'parked']

/**
 * Before an attempt: counts it and starts the clock for unknown outcomes (`ambiguous_at`), so that a process killed in
 * the middle leaves the right time behind. Null when the letter is no longer to be sent.
 */
export async function beginAttempt(ctx: Ctx, id: string, now: Date): Promise<LetterRow | null> {
  const [row] = await ctx.db.q
    .update(letter)
    .set({
      attempts: sql`${letter.attempts} + 1`,
      ambiguousAt: sql`coalesce(${letter.ambiguousAt}, ${now.toISOString()}::timestamptz)`,
    })
    .where(and(eq(letter.id, id), inArray(letter.state, sendable)))
    .returning()
  return row ?? null
}

/** After the hand-over. A webhook may have been faster: its higher state stays. */
export async function markHandedOver(ctx: Ctx, id: string, providerId: string | null, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`
  const isLower = inArray(letter.state, statesBelow('handed_over'))
  await ctx.db.q
    .update(letter)
    .set({
      providerId: sql`coalesce(${letter.providerId}, ${providerId})`,
      handedOverAt: sql`coalesce(${letter.handedOverAt}, ${at})`,
      ambiguousAt: null,
      parkedFor: null,
      reason: sql`case when ${isLower} then null else ${letter.reason} end`,
      stateAt: sql`case when ${isLower} then ${at} else ${letter.stateAt} end`,
      state: sql`case when ${isLower} then 'handed_over' else ${letter.state} end`,
    })
    .where(eq(letter.id, id))
}

/**
 * After a failed attempt. `ambiguousAt` null stops the clock again, because this attempt certainly did not arrive; but
 * not when another attempt has begun since, which relies on our clock.
 */
export async function markAttemptFailed(
  ctx: Ctx,
  { id, attempts }: { id: string; attempts: number },
  change: { state: LetterState; reason: string; ambiguousAt: Date | null; parkedFor: ParkCause | null },
  now: Date,
): Promise<void> {
  await ctx.db.q
    .update(letter)
    .set({
      ...change,
      ambiguousAt: sql`case when ${letter.attempts} = ${attempts} then ${change.ambiguousAt?.toISOString() ?? null}::timestamptz else ${letter.ambiguousAt} end`,
      stateAt: now,
    })
    .where(and(eq(letter.id, id), inArray(letter.state, sendable)))
}

/** Moves a letter from one of these states to another; false when it is in none of them any more. */
export async function moveLetter(
  ctx: Ctx,
  id: string,
  from: LetterState[],
  change: { state: LetterState; reason: string | null; dropAfter?: null; closedBy?: string },
  now: Date,
): Promise<boolean> {
  const closed = change.closedBy ? { closedAt: now } : {}
  const moved = await ctx.db.q
    .update(letter)
    .set({ ...change, ...closed, parkedFor: null, stateAt: now })
    .where(and(eq(letter.id, id), inArray(letter.state, from)))
    .returning({ id: letter.id })
  return moved.length === 1
}

/** Cents of the order that a letter is about, as stored in its inputs. */
const amountTotal = sql<number | null>`(${letter.inputs} #>> '{data,amountTotal}')::int`

export type HeldLetter = Pick<LetterRow, 'id' | 'kind' | 'state' | 'purchaseId' | 'closedAt' | 'providerId'> & {
  amountTotal: number | null
}

/**
 * The letters that a provider's events are about, by our id or by theirs, locked until the transaction ends; in the
 * order of their ids, so that two processes cannot deadlock.
 */
export async function holdLettersOf(ctx: Ctx, by: { ids: string[]; providerIds: string[] }): Promise<HeldLetter[]> {
  const { id, kind, state, purchaseId, closedAt, providerId } = letter
  return ctx.db.q
    .select({ id, kind, state, purchaseId, closedAt, providerId, amountTotal })
    .from(letter)
    .where(sql`${id} = any(${sql.param(by.ids)}::uuid[]) or ${providerId} = any(${sql.param(by.providerIds)}::text[])`)
    .orderBy(id)
    .for('update')
}

export interface RaisedLetter {
  id: string
  state: LetterState
  reason: string | null
  /** Time of the event that tells the state. */
  at: Date
  /** Time of the first event that shows that the provider has the letter. */
  takenAt: Date
  deliveredAt: Date | null
  providerId: string | null
}

/** Writes the states that events tell, only upwards: a row with a higher state stays as it is. */
export async function raiseLetters(ctx: Ctx, raised: RaisedLetter[]): Promise<void> {
  if (raised.length === 0) return
  const rows = raised.map(({ state, ...row }) => ({ ...row, state, below: statesBelow(state).join(' ') }))
  await ctx.db.q.execute(sql`
    update letter set state = r.state, reason = r.reason, state_at = r.at,
      provider_id = coalesce(letter.provider_id, r."providerId"),
      handed_over_at = coalesce(letter.handed_over_at, r."takenAt"),
      delivered_at = coalesce(r."deliveredAt", letter.delivered_at),
      ambiguous_at = null, parked_for = null
    from json_to_recordset(${JSON.stringify(rows)}::json) as r(id uuid, state text, reason text, at timestamptz,
      "takenAt" timestamptz, "deliveredAt" timestamptz, "providerId" text, below text)
    where letter.id = r.id and letter.state = any(string_to_array(r.below, ' '))`)
}

export interface LetterFilter {
  id?: string
  state?: LetterState
  kind?: string
  personId?: string
  purchaseId?: string
  /**
   * A person's letters and those about their orders, which may be older than the account; without those to operators.
   */
  about?: { personId: string; purchaseIds: string[] }
  /** Only letters nobody has closed. */
  open?: boolean
  before?: Date
  /** The last letter of the page before; exact even when many letters share one instant. */
  beforeId?: string
  limit?: number
}

export async function selectLetters(ctx: Ctx, filter: LetterFilter, limit: number): Promise<LetterRow[]> {
  const conditions: (SQL | undefined)[] = [
    filter.id ? eq(letter.id, filter.id) : undefined,
    filter.state ? eq(letter.state, filter.state) : undefined,
    filter.kind ? eq(letter.kind, filter.kind) : undefined,
    filter.personId ? eq(letter.personId, filter.personId) : undefined,
    filter.purchaseId ? eq(letter.purchaseId, filter.purchaseId) : undefined,
    filter.about &&
      and(
        or(eq(letter.personId, filter.about.personId), inArray(letter.purchaseId, filter.about.purchaseIds)),
        sql`${letter.kind} not like 'operator_%'`,
      ),
    filter.open ? isNull(letter.closedAt) : undefined,
    filter.before ? lt(letter.createdAt, filter.before) : undefined,
    filter.beforeId
      ? sql`(${letter.createdAt}, ${letter.id}) < (select l.created_at, l.id from letter l where l.id = ${filter.beforeId})`
      : undefined,
  ]
  return ctx.db.q
    .select()
    .from(letter)
    .where(and(...conditions))
    .orderBy(desc(letter.createdAt), desc(letter.id))
    .limit(limit)
}

export async function selectLettersOf(
  ctx: Ctx,
  by: { spellings: string[] } | { providerId: string },
  limit: number,
): Promise<LetterRow[]> {
  const condition =
    'spellings' in by ? inArray(sql`lower(${letter.toAddress})`, by.spellings) : eq(letter.providerId, by.providerId)
  return ctx.db.q.select().from(letter).where(condition).orderBy(desc(letter.createdAt)).limit(limit)
}

/** A few random letters, written after `from` and handed over before `to`, of whose end we have heard nothing. */
export async function unreportedLetters(
  ctx: Ctx,
  { from, to, limit }: { from: Date; to: Date; limit: number },
): Promise<{ id: string; providerId: string; state: LetterState }[]> {
  const rows = await ctx.db.q
    .select({ id: letter.id, providerId: letter.providerId, state: letter.state })
    .from(letter)
    .where(
      and(
        inArray(letter.state, ['handed_over', 'sent', 'delayed']),
        isNotNull(letter.providerId),
        gt(letter.createdAt, from),
        lt(letter.handedOverAt, to),
      ),
    )
    // Random, because letters to a slow mailbox would otherwise always come first.
    .orderBy(sql`random()`)
    .limit(limit)
  return rows.flatMap(({ providerId, ...row }) => (providerId ? { ...row, providerId } : []))
}

/** Letter id → state. */
export async function selectStates(ctx: Ctx, ids: string[]): Promise<Map<string, LetterState>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db.q.select({ id: letter.id, state: letter.state }).from(letter).where(inArray(letter.id, ids))
  return new Map(rows.map(({ id, state }) => [id, state]))
}

/** Queued letters written before this instant, oldest first. */
export async function overdueLetters(ctx: Ctx, createdBefore: Date, limit: number): Promise<{ id: string }[]> {
  return ctx.db.q
    .select({ id: letter.id })
    .from(letter)
    .where(and(eq(letter.state, 'queued'), lt(letter.createdAt, createdBefore)))
    .orderBy(letter.createdAt)
    .limit(limit)
}

// ── what stands still ────────────────────────────────────────────────────────────────────────────

/** The letter's row, locked until the transaction ends. */
export async function holdLetter(ctx: Ctx, id: string): Promise<LetterRow | null> {
  const [row] = await ctx.db.q.select().from(letter).where(eq(letter.id, id)).for('update')
  return row ?? null
}

/** Ticks a letter off; false when it was ticked off before, or still moves by itself. */
export async function markClosed(ctx: Ctx, id: string, closedBy: string, now: Date): Promise<boolean> {
  const closed = await ctx.db.q
    .update(letter)
    .set({ closedAt: now, closedBy })
    .where(and(eq(letter.id, id), isNull(letter.closedAt), inArray(letter.state, [...standsStill])))
    .returning({ id: letter.id })
  return closed.length === 1
}

/**
 * Parked letters of one cause become queued. One that certainly never reached the provider (`ambiguous_at` null) takes
 * the present sender, because the stored one may be what was refused. Its bytes change, so its revision and with it the
 * idempotency key change too.
 */
export async function unparkLetters(
  ctx: Ctx,
  cause: ParkCause,
  from: string,
  limit: number,
  now: Date,
): Promise<{ id: string; requestId: string | null }[]> {
  const chosen = ctx.db.q
    .select({ id: letter.id })
    .from(letter)
    .where(and(eq(letter.state, 'parked'), eq(letter.parkedFor, cause)))
    .orderBy(letter.createdAt)
    .limit(limit)
  const renamed = sql`jsonb_set(jsonb_set(${letter.inputs}, '{frame,from}', to_jsonb(${from}::text)), '{revision}',
    to_jsonb(coalesce((${letter.inputs} ->> 'revision')::int, 0) + 1))`
  const isOther = sql`${letter.ambiguousAt} is null and ${letter.inputs} #>> '{frame,from}' is distinct from ${from}`
  return ctx.db.q
    .update(letter)
    .set({
      state: 'queued',
      reason: null,
      parkedFor: null,
      stateAt: now,
      inputs: sql`case when ${isOther} then ${renamed} else ${letter.inputs} end`,
    })
    .where(and(inArray(letter.id, chosen), eq(letter.state, 'parked')))
    .returning({ id: letter.id, requestId: letter.requestId })
}

export interface ParkedGroup {
  cause: string
  count: number
  /** The last time one of them was tried. */
  newestAt: Date
  oldestId: string
}

export async function parkedGroups(ctx: Ctx): Promise<ParkedGroup[]> {
  return ctx.db.q
    .select({
      cause: sql<string>`${letter.parkedFor}`,
      count: sql<number>`count(*)::int`,
      newestAt: sql<Date>`max(${letter.stateAt})`.mapWith(letter.stateAt),
      oldestId: sql<string>`(array_agg(${letter.id} order by ${letter.createdAt}))[1]`,
    })
    .from(letter)
    .where(and(eq(letter.state, 'parked'), isNotNull(letter.parkedFor)))
    .groupBy(letter.parkedFor)
}

/** Whether a letter written since then was handed over. */
export async function acceptedSince(ctx: Ctx, since: Date): Promise<boolean> {
  const [row] = await ctx.db.q
    .select({ id: letter.id })
    .from(letter)
    .where(and(gt(letter.createdAt, since), gt(letter.handedOverAt, since)))
    .limit(1)
  return row !== undefined
}

export interface StuckLetters {
  parked: number
  unknown: number
  /** Letters about a paid order that did not arrive. */
  undeliverable: number
  /** Letters that did not arrive or were refused, about an order nobody has paid for. */
  unpaidLost: number
  /** Receipts of withdrawals that did not arrive or were refused; they go to any address that somebody typed. */
  receiptsLost: number
}

/** Letters that wait for a person and nobody has closed. */
export async function countStuckRows(ctx: Ctx): Promise<StuckLetters> {
  const cameBack = inArray(letter.state, [...undeliverable])
  const isReceipt = sql`${letter.kind} = 'withdrawal_receipt'`
  const isUnpaid = sql`(${inArray(letter.kind, [...unpaidKinds])} or ${amountTotal} is not distinct from 0)`
  const parkedFor = (cause: ParkCause) => sql`(${letter.state} = 'parked' and ${letter.parkedFor} = ${cause})`
  const isMild = sql`(${parkedFor('receipt_lost')} or ${parkedFor('mail_unpaid')})`
  const [row] = await ctx.db.q
    .select({
      parked: sql<number>`count(*) filter (where ${letter.state} = 'parked' and not coalesce(${isMild}, false))::int`,
      unknown: sql<number>`count(*) filter (where ${letter.state} = 'unknown')::int`,
      undeliverable: sql<number>`count(*) filter (where ${cameBack} and not ${isReceipt} and not ${isUnpaid})::int`,
      unpaidLost: sql<number>`count(*) filter (where (${cameBack} and not ${isReceipt} and ${isUnpaid}) or ${parkedFor('mail_unpaid')})::int`,
      receiptsLost: sql<number>`count(*) filter (where (${cameBack} and ${isReceipt}) or ${parkedFor('receipt_lost')})::int`,
    })
    .from(letter)
    .where(
      and(
        isNull(letter.closedAt),
        inArray(letter.state, ['parked', 'unknown', ...undeliverable]),
        sql`(${letter.state} in ('parked', 'unknown') or (${letter.purchaseId} is not null and ${letter.kind} not like 'operator_%')
          or ${isReceipt})`,
      ),
    )
  return row ?? { parked: 0, unknown: 0, undeliverable: 0, unpaidLost: 0, receiptsLost: 0 }
}

export async function hasKey(ctx: Ctx, uniqueKey: string): Promise<boolean> {
  const [row] = await ctx.db.q.select({ id: letter.id }).from(letter).where(eq(letter.uniqueKey, uniqueKey))
  return row !== undefined
}

/** The first free key `{base}:{n}`, n from 2. Locks the base until the transaction ends. */
export async function freeKey(ctx: Ctx, base: string): Promise<string> {
  await ctx.db.q.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`letter:${base}`}, 0))`)
  for (let n = 2; ; n++) {
    if (!(await hasKey(ctx, `${base}:${n}`))) return `${base}:${n}`
  }
}

/** Drops unsent letters of a person or purchase to one address; answers them, to be written to another one. */
export async function dropUnsent(
  ctx: Ctx,
  about: { personId: string | null; purchaseId: string | null; address: string; reason: string; closedBy: string },
  now: Date,
): Promise<LetterRow[]> {
  return ctx.db.q
    .update(letter)
    .set({
      state: 'dropped',
      reason: about.reason,
      parkedFor: null,
      stateAt: now,
      closedAt: now,
      closedBy: about.closedBy,
    })
    .where(
      and(
        or(
          about.personId ? eq(letter.personId, about.personId) : undefined,
          about.purchaseId ? eq(letter.purchaseId, about.purchaseId) : undefined,
        ),
        inArray(letter.state, sendable),
        sql`lower(${letter.toAddress}) = lower(${about.address})`,
      ),
    )
    .returning()
}

/** Those of these keys for which a letter exists. */
export async function selectKeys(ctx: Ctx, uniqueKeys: string[]): Promise<string[]> {
  if (uniqueKeys.length === 0) return []
  const rows = await ctx.db.q
    .select({ uniqueKey: letter.uniqueKey })
    .from(letter)
    .where(inArray(letter.uniqueKey, uniqueKeys))
  return rows.map((row) => row.uniqueKey)
}

/** Queued and parked letters of one kind to these people. */
export async function selectUnsent(ctx: Ctx, kind: string, personIds: string[]): Promise<LetterRow[]> {
  if (personIds.length === 0) return []
  return ctx.db.q
    .select()
    .from(letter)
    .where(and(eq(letter.kind, kind), inArray(letter.personId, personIds), inArray(letter.state, sendable)))
}

/**
 * Drops those of these letters that certainly never reached the provider, which is not sure during an attempt or after
 * one with an unknown outcome. Answers the ids dropped.
 */
export async function dropCertainlyUnsent(ctx: Ctx, ids: string[], reason: string, now: Date): Promise<string[]> {
  if (ids.length === 0) return []
  const dropped = await ctx.db.q
    .update(letter)
    .set({ state: 'dropped', reason, parkedFor: null, stateAt: now, closedAt: now })
    .where(and(inArray(letter.id, ids), inArray(letter.state, sendable), isNull(letter.ambiguousAt)))
    .returning({ id: letter.id })
  return dropped.map((row) => row.id)
}
