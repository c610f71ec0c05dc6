import { AppError } from '#errors'
import type { Ctx, TroubledJob } from '#ports'

/**
 * „Nochmal“ for a job that failed: the same payload runs again now. Safe at any time, because every job may run twice.
 * Repeating the key changes nothing. Throws `not_found`, `conflict` (the key stands for something else).
 */
export async function reviveJob(ctx: Ctx, input: { jobId: string; actor: string; key: string }): Promise<void> {
  await byHand(ctx, { ...input, action: 'job.retry' }, (inside) => ctx.jobs.redrive(inside.db, input.jobId))
}

/**
 * „Erledigt“ for a dead job: removes it, because nothing is left to do. Throws `not_found`, `conflict` as `reviveJob`.
 */
export async function discardJob(ctx: Ctx, input: { jobId: string; actor: string; key: string }): Promise<void> {
  await byHand(ctx, { ...input, action: 'job.discard' }, (inside) => ctx.jobs.discard(inside.db, input.jobId))
}

/** The audit entry holds the job's name and ids, which nothing else knows afterwards. */
async function byHand(
  ctx: Ctx,
  input: { jobId: string; actor: string; key: string; action: string },
  act: (inside: Ctx) => Promise<TroubledJob | null>,
): Promise<void> {
  const { jobId, actor, key, action } = input
  const known = await ctx.jobs.find(ctx.db, jobId)
  await ctx.db.transaction(async (db) => {
    const detail = known ? { name: known.name, ...known.reference } : {}
    if (!(await ctx.audit.record(db, { id: key, actor, action, target: jobId, detail }))) return
    if (!(await act({ ...ctx, db })))
      throw new AppError('not_found', 'no such job', {
        fields: { jobId: 'Diesen Auftrag gibt es nicht mehr: Er ist gelungen oder wurde schon erledigt.' },
      })
  })
}
