import { readPriceIds } from '#domain/sales/mirror/store.ts'
import { reconciledTypes, reconcileLimits, wasDue } from '#domain/sales/reconciler/rules.ts'
import { purchasesSince, sessionsWithoutPurchase } from '#domain/sales/reconciler/store.ts'
import { computePurchase, orderNumber, type PurchaseState } from '#domain/sales/rules.ts'
import { addressed, draftOf } from '#domain/sales/settleOrder.ts'
import type { PurchaseRow } from '#domain/sales/store.ts'
import { isOutsideError } from '#errors'
import type { Ctx } from '#ports'

export interface Gaps {
  eventsSeen: number
  unknownEvents: { id: string; type: string; createdAt: Date }[]
  sessionsSeen: number
  missingSessions: string[]
  compared: number
  differing: {
    purchaseId: string
    /** „W-2026-0117“. */
    number: string
    ours: { state: PurchaseState; amountRefunded: number }
    /** null: Stripe does not know the session. */
    stripes: { state: PurchaseState; amountRefunded: number } | null
  }[]
}

/**
 * What `reconcile` since that instant would find, without writing anything: events we never stored, completed sessions
 * without a purchase, and purchases (the newest 500) whose state or refunded cents Stripe's present truth would change.
 * Asks Stripe once per purchase, four times a second. Throws `OutsideError('stripe')`.
 */
export async function previewReconcile(ctx: Ctx, input: { since: Date }): Promise<Gaps> {
  const gaps: Gaps = {
    eventsSeen: 0,
    unknownEvents: [],
    sessionsSeen: 0,
    missingSessions: [],
    compared: 0,
    differing: [],
  }
  const oldest = new Date(Math.max(input.since.getTime(), ctx.clock.now().getTime() - reconcileLimits.eventsKeptMs))
  await eachPage(ctx, async (after) => {
    const page = await ctx.payments.listEvents({
      types: reconciledTypes,
      since: oldest,
      limit: reconcileLimits.pageSize,
      ...(after ? { after } : {}),
    })
    const known = await ctx.inbox.known(
      'stripe',
      page.events.map(({ id }) => id),
    )
    gaps.eventsSeen += page.events.length
    const due = page.events.filter((event) => wasDue(event, ctx.clock.now()))
    for (const { id, type, createdAt } of due) if (!known.has(id)) gaps.unknownEvents.push({ id, type, createdAt })
    return { last: page.events.at(-1)?.id ?? null, more: page.more }
  })
  await eachPage(ctx, async (after) => {
    const page = await ctx.payments.listCompletedSessions({
      since: input.since,
      limit: reconcileLimits.pageSize,
      ...(after ? { after } : {}),
    })
    gaps.sessionsSeen += page.sessionIds.length
    gaps.missingSessions.push(...(await sessionsWithoutPurchase(ctx.db, page.sessionIds)))
    return page
  })
  await comparePurchases(ctx, input.since, gaps)
  return gaps
}

async function eachPage(
  ctx: Ctx,
  readPage: (after: string | null) => Promise<{ last: string | null; more: boolean }>,
): Promise<void> {
  let after: string | null = null
  for (let count = 0; count < reconcileLimits.pagesSince; count++) {
    const page = await readPage(after)
    if (!page.more || page.last === null) return
    after = page.last
    await ctx.clock.wait?.(reconcileLimits.callGapMs)
  }
}

async function comparePurchases(ctx: Ctx, since: Date, gaps: Gaps): Promise<void> {
  const ourPriceIds = await readPriceIds(ctx.db)
  for (const row of await purchasesSince(ctx.db, since, reconcileLimits.comparedInDryRun)) {
    const stripes = await stateAtStripe(ctx, row, ourPriceIds)
    const ours = { state: row.state, amountRefunded: row.amountRefunded }
    gaps.compared++
    if (ours.state !== stripes?.state || ours.amountRefunded !== stripes.amountRefunded)
      gaps.differing.push({ purchaseId: row.id, number: orderNumber(row.number, row.createdAt), ours, stripes })
    await ctx.clock.wait?.(reconcileLimits.callGapMs)
  }
}

async function stateAtStripe(ctx: Ctx, row: PurchaseRow, ourPriceIds: string[]) {
  const truth = await ctx.payments.getCheckout(row.sessionId).catch((error) => {
    if (isOutsideError(error) && error.failure === 'not_found') return null
    throw error
  })
  if (!truth) return null
  const draft = await draftOf(ctx, truth)
  const { state, amountRefunded } = computePurchase(addressed(truth, row, draft), {
    livemode: ctx.settings.livemode,
    ourPriceIds,
    hasDraft: draft !== null,
    accessEnded: row.accessEndedAt !== null,
  })
  return { state, amountRefunded }
}
