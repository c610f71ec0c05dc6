import { moveLetter } from '#domain/mail/store.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator's „Noch einmal senden“ for a letter that stands still. The same letter under the same key: while the
 * provider remembers it, it cannot go out twice. Throws `conflict` for a letter that was handed over or is under way.
 */
export async function redriveLetter(ctx: Ctx, letterId: string): Promise<void> {
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const change = { state: 'queued' as const, reason: null, ambiguousAt: null, dropAfter: null }
    const moved = await moveLetter(inside, letterId, ['parked', 'unknown', 'queued'], change, ctx.clock.now())
    if (!moved) throw new AppError('conflict', 'letter is not standing still')
    await ctx.jobs.send(db, 'letter.send', { letterId, requestId: ctx.requestId })
  })
}
