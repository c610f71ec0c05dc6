import fc from 'fast-check'
import { owedLetters, owedNotices } from '#domain/sales/letterRules.ts'
import { computePurchase } from '#domain/sales/rules.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { isAppError } from '#errors'
import type { CheckoutTruth, Ctx, Db } from '#ports'
import type { Counter } from './counter.ts'
import { type Gate, type Hand, interleave } from './interleave.ts'
import { paidTruth } from './paidTruth.ts'

/**
 * A Stripe that changes while several workers settle the same order: each change sends an event; workers stop between
 * reading the version, fetching and writing. In any order our rows must end as the last truth says (I1, I2, I3, I5,
 * I9).
 */
export interface Story {
  begins: 'paid' | 'pending' | 'free'
  turns: Turn[]
  workers: number
  choices: number[]
}

export type Turn =
  | { what: 'payment'; to: 'paid' | 'failed' }
  | { what: 'refund'; slot: number; amount: number; to: string }
  | { what: 'dispute'; slot: number; to: string }
  | { what: 'warning'; actionable: boolean }
  | { what: 'same again' }

const turn: fc.Arbitrary<Turn> = fc.oneof(
  fc.record({ what: fc.constant('payment' as const), to: fc.constantFrom('paid' as const, 'failed' as const) }),
  fc.record({
    what: fc.constant('refund' as const),
    slot: fc.integer({ min: 0, max: 1 }),
    amount: fc.constantFrom(10_000, 24_900, 34_900),
    to: fc.constantFrom('pending', 'succeeded', 'failed', 'canceled'),
  }),
  fc.record({
    what: fc.constant('dispute' as const),
    slot: fc.integer({ min: 0, max: 1 }),
    to: fc.constantFrom('warning_needs_response', 'needs_response', 'won', 'lost'),
  }),
  fc.record({ what: fc.constant('warning' as const), actionable: fc.boolean() }),
  fc.constant({ what: 'same again' as const }),
)

export const story: fc.Arbitrary<Story> = fc.record({
  begins: fc.constantFrom('paid' as const, 'pending' as const, 'free' as const),
  turns: fc.array(turn, { minLength: 1, maxLength: 5 }),
  workers: fc.integer({ min: 2, max: 4 }),
  choices: fc.array(fc.nat({ max: 23 }), { minLength: 12, maxLength: 40 }),
})

const beginnings: Record<Story['begins'], Partial<CheckoutTruth>> = {
  paid: {},
  pending: { paymentStatus: 'unpaid', paymentIntentStatus: 'processing', paidAt: null },
  free: { paymentStatus: 'no_payment_required', amountTotal: 0, paymentIntentId: null, chargeId: null, paidAt: null },
}

/** The truth after a turn. Stripe's objects never vanish; an impossible turn changes nothing. */
function after(truth: CheckoutTruth, change: Turn): CheckoutTruth {
  if (change.what === 'payment')
    return change.to === 'paid'
      ? { ...truth, paymentStatus: truth.amountTotal > 0 ? 'paid' : 'no_payment_required' }
      : truth.paymentStatus === 'unpaid'
        ? { ...truth, paymentIntentStatus: 'requires_payment_method' }
        : truth
  if (truth.paymentIntentId === null || truth.paymentStatus !== 'paid') return truth
  if (change.what === 'warning')
    return { ...truth, fraudWarnings: [{ ...warning, id: `issfr_${truth.sessionId}`, actionable: change.actionable }] }
  if (change.what === 'refund') {
    const id = `re_${truth.sessionId}_${change.slot}`
    const amount = truth.refunds.find((one) => one.id === id)?.amount ?? change.amount
    return { ...truth, refunds: put(truth.refunds, { id, amount, status: change.to, createdAt }) }
  }
  if (change.what === 'dispute') {
    const id = `dp_${truth.sessionId}_${change.slot}`
    return { ...truth, disputes: put(truth.disputes, { id, amount: truth.amountTotal, status: change.to, createdAt }) }
  }
  return truth
}

const createdAt = new Date('2026-11-23T10:00:00Z')
const warning = { type: 'misc', createdAt }
const put = <T extends { id: string }>(list: T[], one: T) => [...list.filter(({ id }) => id !== one.id), one]

let told = 0

/** Plays one story. Answers what is wrong at its end; empty when the rows say what Stripe says. */
export async function tell(counter: Counter, { begins, turns, workers, choices }: Story): Promise<string[]> {
  const sessionId = `cs_test_story${++told}x${process.pid}`
  const { truths } = counter.payments
  truths.set(sessionId, paidTruth(sessionId, { fraudWarnings: [], ...beginnings[begins] }))
  const history = [truths.get(sessionId) as CheckoutTruth]
  const bells = [{ closely: false }]
  let over = false
  const stripe: Hand = async (gate) => {
    for (const change of turns) {
      await gate(`changes: ${JSON.stringify(change)}`)
      const next = after(truths.get(sessionId) as CheckoutTruth, change)
      truths.set(sessionId, next)
      history.push(next)
      bells.push({ closely: change.what === 'dispute' || change.what === 'warning' })
    }
    over = true
  }
  const worker: Hand = async (gate) => {
    const ctx = held(counter.ctx, gate)
    while (true) {
      await gate('looks for a bell', () => bells.length > 0 || over)
      const bell = bells.shift()
      if (!bell) return
      // A job that gave up is tried again.
      await settleOrder(ctx, sessionId, bell).catch((error) => {
        if (!isAppError(error) || error.code !== 'conflict') throw error
        bells.push(bell)
      })
    }
  }
  const hands: Record<string, Hand> = { stripe }
  for (let number = 1; number <= workers; number++) hands[`worker ${number}`] = worker
  const steps = await interleave(hands, choices)
  const wrong = await compare(counter, sessionId, history)
  return wrong.length > 0 ? [...wrong, '', ...steps] : []
}

/** The same ctx with a gate between its reads, its fetch and its write. */
function held(ctx: Ctx, gate: Gate): Ctx {
  const db = new Proxy(ctx.db, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target)
      if (name !== 'transaction') return typeof value === 'function' ? value.bind(target) : value
      return async <T>(work: (inner: Db) => Promise<T>) => {
        await gate('writes')
        return target.transaction(work)
      }
    },
  })
  const getCheckout: Ctx['payments']['getCheckout'] = async (sessionId, options) => {
    await gate('fetches')
    const truth = await ctx.payments.getCheckout(sessionId, options)
    await gate('has fetched')
    // An inquiry does not show on the payment: only who looks closely sees it.
    return options?.closely
      ? truth
      : { ...truth, disputes: truth.disputes.filter(({ status }) => !status.startsWith('warning_')) }
  }
  return { ...ctx, db, payments: { ...ctx.payments, getCheckout } }
}

/** Looks at the rows alone, and at what the rules say of the last truth. */
async function compare(counter: Counter, sessionId: string, history: CheckoutTruth[]): Promise<string[]> {
  const truth = history.at(-1) as CheckoutTruth
  const computed = computePurchase(truth, { livemode: false, ourPriceIds: ['price_kurs'], hasDraft: false })
  const query = <Row extends Record<string, unknown>>(sql: string) => counter.database.query<Row>(sql, [sessionId])
  const [row] = await query<{ id: string; state: string; flags: string[]; amount_refunded: number }>(
    `select id, state, flags, amount_refunded from purchase where session_id = $1`,
  )
  const [grants] = await query<{ active: number; all: number }>(
    `select count(*) filter (where revoked_at is null)::int as active, count(*)::int as all
     from access_grant g join purchase p on g.source = 'purchase:' || p.id where p.session_id = $1`,
  )
  const rowsOf = (table: 'refund' | 'dispute') =>
    query(
      `select r.id, r.amount, r.status from ${table} r join purchase p on p.id = r.purchase_id where p.session_id = $1 order by r.id`,
    )
  const letters = await query<{ kind: string; unique_key: string }>(
    `select l.kind, l.unique_key from letter l join purchase p on p.id = l.purchase_id where p.session_id = $1`,
  )
  const wrong: string[] = []
  const expectSame = (what: string, got: unknown, wanted: unknown) => {
    const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)]
    if (a !== b) wrong.push(`${what}: the rows say ${a}, Stripe ${b}`)
  }
  const plain = (list: { id: string; amount: number; status: string }[]) =>
    list.map(({ id, amount, status }) => ({ id, amount, status })).toSorted((a, b) => a.id.localeCompare(b.id))
  expectSame('state', row?.state, computed.state)
  expectSame('flags', row?.flags.toSorted(), computed.flags.toSorted())
  expectSame('refunded', row?.amount_refunded, computed.amountRefunded)
  expectSame('active grants', grants?.active, computed.access ? 1 : 0)
  expectSame('refunds', await rowsOf('refund'), plain(truth.refunds))
  expectSame('disputes', await rowsOf('dispute'), plain(truth.disputes))
  if ((grants?.all ?? 0) > 1) wrong.push(`${grants?.all} grants of one purchase`)
  return [...wrong, ...compareLetters(letters, row?.id ?? '', history)]
}

/** What the last truth owes must be there; what no truth ever owed must not; nothing twice. */
function compareLetters(
  letters: { kind: string; unique_key: string }[],
  purchaseId: string,
  history: CheckoutTruth[],
): string[] {
  const owedBy = (truth: CheckoutTruth) => {
    const computed = computePurchase(truth, { livemode: false, ourPriceIds: ['price_kurs'], hasDraft: false })
    return [
      ...owedLetters(truth, computed).map((one) =>
        one.kind === 'refund' ? `refund:${one.refundId}` : `${one.kind}:${purchaseId}`,
      ),
      ...owedNotices(truth, computed).map(
        (one) => `${one.kind}:${one.kind === 'operator_sale' ? purchaseId : one.cause}`,
      ),
    ]
  }
  const keys = letters.map(({ kind, unique_key: key }) =>
    kind.startsWith('operator_') ? key.replace(/:[^:]*$/, '') : key,
  )
  const everOwed = new Set(history.flatMap(owedBy))
  return [
    ...owedBy(history.at(-1) as CheckoutTruth)
      .filter((key) => !keys.includes(key))
      .map((key) => `letter missing: ${key}`),
    ...keys.filter((key) => !everOwed.has(key)).map((key) => `letter nobody owed: ${key}`),
    ...keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `letter twice: ${key}`),
  ]
}
