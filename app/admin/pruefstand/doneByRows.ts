import type { LetterRow } from '#domain/mail/listLetters.ts'
import type { Order } from '#domain/sales/listOrders.ts'
import type { Ctx, FlowStep } from '#ports'

/**
 * Spans without an end among the steps although the rows show that their work is done: a process killed after the
 * commit could not write the end any more, and nobody does that work again.
 */
export async function doneByRows(
  ctx: Ctx,
  steps: FlowStep[],
  { order, letters }: { order: Order | null; letters: LetterRow[] },
): Promise<Set<string>> {
  const ended = new Set(steps.flatMap(({ outcome, spanId }) => (outcome === 'begun' ? [] : [spanId])))
  const open = steps.filter(({ outcome, spanId }) => outcome === 'begun' && !ended.has(spanId))
  const about = (name: string) =>
    open.flatMap((step) => (step.name === name && typeof step.detail.about === 'string' ? [step.detail.about] : []))
  const stored = await Promise.all(
    (['stripe', 'resend'] as const).map(async (source) => {
      const ids = about(`${source}.event`)
      return ids.length > 0 ? ctx.inbox.readAll(source, ids) : []
    }),
  )
  const done = new Set(stored.flat().flatMap(({ id, handledAt }) => (handledAt ? [id] : [])))
  for (const { id, state } of letters) if (state !== 'queued') done.add(id)
  const isSettled = (step: FlowStep) =>
    step.name === 'order.settle' && order?.sessionId === step.detail.about && order && order.settledAt >= step.at
  return new Set(open.filter((step) => isSettled(step) || done.has(matterOf(step))).map(({ spanId }) => spanId))
}

/** Id of the event or letter. A letter's key is its id, followed by a revision if its bytes had to be changed. */
const matterOf = ({ detail }: FlowStep) => String(detail.about ?? detail.letter ?? '').replace(/^([\w-]{36}):.*$/, '$1')
