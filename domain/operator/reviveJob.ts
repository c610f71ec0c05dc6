import { AppError } from '#errors'
import type { Ctx, TroubledJob } from '#ports'

/**
 * „Nochmal“ for a job that failed: the same payload, now. Safe at any time, because every job's effects may run twice
 * and happen once. Repeating the key changes nothing. Throws `not_found`, `conflict` (the key is used).
 */
export async function reviveJob(ctx: Ctx, input: { jobId: string; actor: string; key: string }): Promise<void> {
  await byHand(ctx, { ...input, action: 'job.retry' }, (inside) => ctx.jobs.redrive(inside.db, input.jobId))
}

/** „Erledigt“ for a dead job: somebody looked, nothing is left to do. Throws as `reviveJob` does. */
export async function discardJob(ctx: Ctx, input: { jobId: string; actor: string; key: string }): Promise<void> {
  await byHand(ctx, { ...input, action: 'job.discard' }, (inside) => ctx.jobs.discard(inside.db, input.jobId))
}

/** The job's name and ids go into the log: afterwards nothing else knows them. */
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
