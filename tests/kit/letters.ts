import { queueLetters } from '#domain/mail/queueLetters.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

/** Welcome letters like one that a real order brought, with three PDFs each, for the worker to send. */
export interface LetterPress {
  /** Queues so many and answers when all are handed over. */
  send(count: number): Promise<void>
}

/** Buys once; needs the emulators and a worker. */
export async function openLetterPress(world: World): Promise<LetterPress> {
  const consent = { startNow: true, acknowledgesLoss: true }
  const email = 'druckerei@example.de'
  const { sessionId } = await openCheckout(world.ctx, { productType: 'kurs', email, consent })
  await fetch(`${world.urls.stripe}/_pay/${sessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const { purchaseId } = await settleOrder(world.ctx, sessionId)
  const [first] = await world.database.query<{ inputs: { data: Record<string, unknown> }; person_id: string }>(
    `select inputs, person_id from letter where purchase_id = $1 and kind = 'welcome'`,
    [purchaseId],
  )
  if (!first) throw new Error('the order brought no letter')
  let last = 0
  const open = async () => {
    const [row] = await world.database.query<{ open: number }>(
      `select count(*)::int as open from letter where kind = 'welcome' and state in ('queued', 'parked')`,
    )
    return row?.open ?? 0
  }
  return {
    async send(count) {
      const letters = Array.from({ length: count }, () => ({
        kind: 'welcome' as const,
        uniqueKey: `welcome:press ${++last}`,
        to: `druck${last}@example.de`,
        personId: first.person_id,
        purchaseId: String(purchaseId),
        inputs: { ...first.inputs.data, name: `Käufer ${last}`, number: `W-2026-${String(last).padStart(4, '0')}` },
      }))
      await queueLetters(world.ctx, letters)
      await until('every letter is handed over', async () => (await open()) === 0, { withinMs: 600_000, everyMs: 250 })
    },
  }
}
