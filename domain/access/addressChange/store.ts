import { and, eq, gt, inArray, isNull, lt, or, type SQL } from 'drizzle-orm'
import { emailChange } from '#db/schema.ts'
import type { Ctx } from '#ports'

/** The only SQL on `email_change`. */

export type ChangeRow = typeof emailChange.$inferSelect
export type Side = 'old' | 'new'

const open = and(isNull(emailChange.movedAt), isNull(emailChange.cancelledAt)) as SQL
const columns = {
  old: { hash: emailChange.oldTokenHash, confirmed: emailChange.oldConfirmedAt, set: 'oldConfirmedAt' },
  new: { hash: emailChange.newTokenHash, confirmed: emailChange.newConfirmedAt, set: 'newConfirmedAt' },
} as const

/** False when this id is stored already: the same click came twice. */
export async function insertChange(ctx: Ctx, row: typeof emailChange.$inferInsert): Promise<boolean> {
  const added = await ctx.db.q
    .insert(emailChange)
    .values(row)
    .onConflictDoNothing({ target: emailChange.id })
    .returning({ id: emailChange.id })
  return added.length === 1
}

export async function findChange(ctx: Ctx, id: string): Promise<ChangeRow | null> {
  const [row] = await ctx.db.q.select().from(emailChange).where(eq(emailChange.id, id))
  return row ?? null
}

/** The wish behind a link, and which mailbox the link went to. */
export async function findByToken(ctx: Ctx, hash: string): Promise<{ change: ChangeRow; side: Side } | null> {
  const [change] = await ctx.db.q
    .select()
    .from(emailChange)
    .where(or(eq(emailChange.oldTokenHash, hash), eq(emailChange.newTokenHash, hash)))
  return change ? { change, side: change.oldTokenHash === hash ? 'old' : 'new' } : null
}

export async function findOpen(ctx: Ctx, personId: string): Promise<ChangeRow | null> {
  const [row] = await ctx.db.q
    .select()
    .from(emailChange)
    .where(and(eq(emailChange.personId, personId), open))
  return row ?? null
}

/**
 * One mailbox agrees. Of simultaneous clicks one writes; null when the wish is over, expired or was agreed to before.
 */
export async function confirmSide(ctx: Ctx, hash: string, side: Side, now: Date): Promise<ChangeRow | null> {
  const [row] = await ctx.db.q
    .update(emailChange)
    .set({ [columns[side].set]: now })
    .where(and(eq(columns[side].hash, hash), open, isNull(columns[side].confirmed), gt(emailChange.expiresAt, now)))
    .returning()
  return row ?? null
}

export async function markMoved(ctx: Ctx, id: string, at: Date): Promise<void> {
  await ctx.db.q.update(emailChange).set({ movedAt: at }).where(eq(emailChange.id, id))
}

/** Ends the open wish of a person; answers how many it ended: 0 or 1. */
export async function cancelOpen(ctx: Ctx, personId: string, at: Date): Promise<number> {
  const ended = await ctx.db.q
    .update(emailChange)
    .set({ cancelledAt: at })
    .where(and(eq(emailChange.personId, personId), open))
    .returning({ id: emailChange.id })
  return ended.length
}

export async function deleteOldChanges(ctx: Ctx, createdBefore: Date, limit: number): Promise<number> {
  const old = ctx.db.q
    .select({ id: emailChange.id })
    .from(emailChange)
    .where(lt(emailChange.createdAt, createdBefore))
    .limit(limit)
  return (await ctx.db.q.delete(emailChange).where(inArray(emailChange.id, old)).returning({ id: emailChange.id }))
    .length
}
