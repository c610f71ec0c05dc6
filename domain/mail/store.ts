import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm'
import { letter } from '#db/schema.ts'
import { type LetterState, statesBelow } from '#domain/mail/rules.ts'
import type { Ctx } from '#ports'

/** The only SQL on `letter`. */
export type LetterRow = typeof letter.$inferSelect

/** false when this cause already has its letter. */
export async function insertLetter(ctx: Ctx, row: typeof letter.$inferInsert): Promise<boolean> {
  const added = await ctx.db.q.insert(letter).values(row).onConflictDoNothing().returning({ id: letter.id })
  return added.length === 1
}

export async function findLetter(ctx: Ctx, id: string): Promise<LetterRow | null> {
  const [row] = await ctx.db.q.select().from(letter).where(eq(letter.id, id))
  return row ?? null
}

export async function findLetterByProvider(ctx: Ctx, providerId: string): Promise<LetterRow | null> {
  const [row] = await ctx.db.q.select().from(letter).where(eq(letter.providerId, providerId)).limit(1)
  return row ?? null
}

const sendable: LetterState[] = ['queued', 'parked']

/**
 * Before an attempt: counts it and starts the ambiguous clock, so that a process killed in the middle leaves the right
 * time behind. null when the letter is no longer to be sent.
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
      reason: sql`case when ${isLower} then null else ${letter.reason} end`,
      stateAt: sql`case when ${isLower} then ${at} else ${letter.stateAt} end`,
      state: sql`case when ${isLower} then 'handed_over' else ${letter.state} end`,
    })
    .where(eq(letter.id, id))
}

/** After a failed attempt. `ambiguousAt` null stops the clock again: this attempt certainly did not arrive. */
export async function markAttemptFailed(
  ctx: Ctx,
  id: string,
  change: { state: LetterState; reason: string; ambiguousAt: Date | null },
  now: Date,
): Promise<void> {
  await ctx.db.q
    .update(letter)
    .set({ ...change, stateAt: now })
    .where(and(eq(letter.id, id), inArray(letter.state, sendable)))
}

/** Moves a letter that was not handed over; false when something was faster. */
export async function moveLetter(
  ctx: Ctx,
  id: string,
  from: LetterState[],
  change: { state: LetterState; reason: string | null; ambiguousAt?: null; dropAfter?: null },
  now: Date,
): Promise<boolean> {
  const moved = await ctx.db.q
    .update(letter)
    .set({ ...change, stateAt: now })
    .where(and(eq(letter.id, id), inArray(letter.state, from)))
    .returning({ id: letter.id })
  return moved.length === 1
}

/** An event's state, only upwards; false when the letter already knew as much. */
export async function raiseState(
  ctx: Ctx,
  id: string,
  news: { state: LetterState; reason: string | null; at: Date; providerId: string | null },
): Promise<boolean> {
  const at = sql`${news.at.toISOString()}::timestamptz`
  const raised = await ctx.db.q
    .update(letter)
    .set({
      state: news.state,
      reason: news.reason,
      stateAt: news.at,
      providerId: sql`coalesce(${letter.providerId}, ${news.providerId})`,
      handedOverAt: sql`coalesce(${letter.handedOverAt}, ${at})`,
      deliveredAt: news.state === 'delivered' ? news.at : sql`${letter.deliveredAt}`,
      ambiguousAt: null,
    })
    .where(and(eq(letter.id, id), inArray(letter.state, statesBelow(news.state))))
    .returning({ id: letter.id })
  return raised.length === 1
}

export interface LetterFilter {
  state?: LetterState
  kind?: string
  personId?: string
  purchaseId?: string
  before?: Date
  /** Pages on after this letter: exact, also when many letters share one instant. */
  beforeId?: string
  limit?: number
}

export async function selectLetters(ctx: Ctx, filter: LetterFilter, limit: number): Promise<LetterRow[]> {
  const conditions: (SQL | undefined)[] = [
    filter.state ? eq(letter.state, filter.state) : undefined,
    filter.kind ? eq(letter.kind, filter.kind) : undefined,
    filter.personId ? eq(letter.personId, filter.personId) : undefined,
    filter.purchaseId ? eq(letter.purchaseId, filter.purchaseId) : undefined,
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

/** Queued letters that should have gone out by now. */
export async function overdueLetters(ctx: Ctx, createdBefore: Date, limit: number): Promise<{ id: string }[]> {
  return ctx.db.q
    .select({ id: letter.id })
    .from(letter)
    .where(and(eq(letter.state, 'queued'), lt(letter.createdAt, createdBefore)))
    .orderBy(letter.createdAt)
    .limit(limit)
}
