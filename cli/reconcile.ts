import { type Gaps, previewReconcile } from '#domain/sales/reconciler/previewReconcile.ts'
import { type Reconciled, reconcile } from '#domain/sales/reconciler/reconcile.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

const DEFAULT_DAYS = 3
const DAY_MS = 86_400_000

/** `2026-11-01` or a whole instant; absent: three days ago. */
function sinceOf(args: string[], now: Date): Date {
  const at = args.indexOf('--since')
  if (at < 0) return new Date(now.getTime() - DEFAULT_DAYS * DAY_MS)
  const since = new Date(args[at + 1] ?? '')
  if (!/^\d{4}-\d{2}-\d{2}/.test(args[at + 1] ?? '') || Number.isNaN(since.getTime()) || since > now)
    throw new AppError('invalid_input', '--since wants a day in the past, for example --since 2026-11-01.')
  return since
}

const eventLines = (events: { id: string; type: string; createdAt: Date }[]) =>
  events.map((event) => `  ${event.createdAt.toISOString()}  ${event.type}  ${event.id}`)

function previewText(gaps: Gaps, since: Date): string {
  const { differing } = gaps
  return [
    `Since ${since.toISOString()}, compared with Stripe:`,
    `${gaps.unknownEvents.length} of ${gaps.eventsSeen} events are not stored.`,
    ...eventLines(gaps.unknownEvents),
    `${gaps.missingSessions.length} of ${gaps.sessionsSeen} completed sessions have no purchase.`,
    ...gaps.missingSessions.map((id) => `  ${id}`),
    `${differing.length} of ${gaps.compared} purchases differ.`,
    ...differing.map(
      ({ number, purchaseId, ours, stripes }) =>
        `  ${number}  ${purchaseId}  ${ours.state} ${ours.amountRefunded} -> ${stripes ? `${stripes.state} ${stripes.amountRefunded}` : 'unknown to Stripe'}`,
    ),
    'Nothing was written. Add --commit to make up for it.',
  ].join('\n')
}

const doneText = (done: Reconciled): string =>
  [
    `${done.unknownEvents.length} of ${done.eventsSeen} events were not stored; each has a job now.`,
    ...eventLines(done.unknownEvents),
    `${done.missingSessions.length} of ${done.sessionsSeen} completed sessions had no purchase; each has a job now.`,
    ...done.missingSessions.map((id) => `  ${id}`),
    `${done.rechecked} purchases are asked after again.`,
  ].join('\n')

/**
 * `reconcile [--since 2026-11-01] [--commit]`: compares with Stripe; without `--commit` it only says what it would do.
 */
export const commands: Record<string, (ctx: Ctx, args: string[]) => Promise<void>> = {
  '': async (ctx, args) => {
    const since = sinceOf(args, ctx.clock.now())
    if (args.includes('--commit')) console.log(doneText(await reconcile(ctx, { since })))
    else console.log(previewText(await previewReconcile(ctx, { since }), since))
  },
}
