import { setTimeout as sleep } from 'node:timers/promises'
import type { AfterSale, Script } from './plan.ts'
import { atStripe, json, persist } from './stripeSide.ts'
import type { Tally } from './tally.ts'
import type { ChaosWorld } from './world.ts'

/** What becomes of the money: the bank's word on a debit, refunds, disputes, warnings; as the plan has it. */
export async function sellAfterwards(
  world: ChaosWorld,
  script: Script,
  sessionId: string,
  tally: Tally,
): Promise<void> {
  for (const step of script.after) {
    await sleep(step.afterMs)
    tally.count(step.what)
    await doStep(world, step, sessionId).catch((error: Error) => {
      // Stripe's own rules may forbid it by now, e.g. a refund of a charge that is disputed.
      if (!/answered 4\d\d/.test(error.message)) throw error
      tally.count(`${step.what}: refused by Stripe`)
    })
  }
}

async function doStep(world: ChaosWorld, step: AfterSale, sessionId: string): Promise<void> {
  if (step.what === 'debit_succeeds') return void (await pending(world, sessionId, 'succeed'))
  if (step.what === 'debit_fails') return void (await pending(world, sessionId, 'fail'))
  if (step.what === 'refund') return refund(world, step, sessionId)
  const payment_intent = await intentOf(world, sessionId)
  if (step.what === 'refund_arrives' || step.what === 'refund_fails') {
    const id = (await stateOf(world)).refunds.findLast((one) => one.payment_intent === payment_intent)?.id
    if (id) await atStripe(world, `/_refunds/${id}`, { outcome: step.what === 'refund_fails' ? 'fail' : 'succeed' })
  }
  if (step.what === 'dispute') await atStripe(world, '/_disputes', { payment_intent })
  if (step.what === 'warning') await atStripe(world, '/_warnings', { payment_intent })
  if (step.what === 'dispute_won' || step.what === 'dispute_lost') {
    const id = (await stateOf(world)).disputes.findLast((one) => one.payment_intent === payment_intent)?.id
    if (id) await atStripe(world, `/_disputes/${id}`, { outcome: step.what === 'dispute_won' ? 'won' : 'lost' })
  }
}

const pending = (world: ChaosWorld, sessionId: string, outcome: string) =>
  atStripe(world, `/_pending/${sessionId}`, { outcome })

interface State {
  sessions: { id: string; payment_intent: string | null; amount_total: number }[]
  refunds: { id: string; payment_intent: string; amount: number; status: string }[]
  disputes: { id: string; payment_intent: string }[]
}

async function stateOf(world: ChaosWorld): Promise<State> {
  const { text } = await persist('Stripe state', () => json(`${world.stripe}/_state`, 'GET'))
  return JSON.parse(text) as State
}

async function intentOf(world: ChaosWorld, sessionId: string): Promise<string> {
  const session = (await stateOf(world)).sessions.find(({ id }) => id === sessionId)
  if (!session?.payment_intent) throw new Error(`${sessionId} answered 404: it has no payment`)
  return session.payment_intent
}

/**
 * In Stripe's dashboard, so that no fault of the API stands in the operator's way. A whole share means all that is
 * left.
 */
async function refund(world: ChaosWorld, step: AfterSale, sessionId: string): Promise<void> {
  const state = await stateOf(world)
  const session = state.sessions.find(({ id }) => id === sessionId)
  const before = state.refunds.filter((one) => one.payment_intent === session?.payment_intent)
  const given = before.filter(({ status }) => status !== 'failed').reduce((sum, { amount }) => sum + amount, 0)
  const total = session?.amount_total ?? 0
  const share = step.share ?? 1
  const cents = share >= 1 ? total - given : Math.max(1, Math.round(total * share))
  const fields = {
    what: 'refund',
    amount: (cents / 100).toFixed(2).replace('.', ','),
    mode: step.pending ? 'pending' : '',
  }
  const answer = await persist('refund', () =>
    fetch(`${world.stripe}/dashboard/payments/${sessionId}/act`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(15_000),
    }),
  )
  if (answer.status >= 400) throw new Error(`refund answered ${answer.status}`)
}
