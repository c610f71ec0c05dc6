import { describe, expect, test } from 'vitest'
import { checkers, judge } from './checkers.ts'
import type { Evidence } from './evidence.ts'
import { differences, lastingRows } from './sameness.ts'

/** A checker that cannot fail proves nothing: each is shown a world that is broken in the one way it watches for. */
function healthyWorld(): Evidence {
  const session = (id: string, change: Partial<Evidence['stripe']['sessions'][0]> = {}) => ({
    id,
    status: 'complete',
    payment_status: 'paid',
    payment_intent: `pi_${id}`,
    currency: 'eur',
    amount_subtotal: 34_900,
    amount_total: 34_900,
    total_details: { amount_discount: 0, amount_tax: 0 },
    customer_email: `${id}@chaos.test`,
    client_reference_id: null as string | null,
    customer_details: { email: `${id}@chaos.test` },
    priceIds: ['price_kurs'],
    quantity: 1,
    ...change,
  })
  const purchase = (id: string, state: string, refunded = 0) => ({
    id: `p_${id}`,
    session_id: id,
    person_id: `person_${id}`,
    state,
    email: `${id}@chaos.test`,
    flags: [] as string[],
    currency: 'eur',
    quantity: 1,
    amount_subtotal: 34_900,
    amount_discount: 0,
    amount_tax: 0,
    amount_total: 34_900,
    amount_refunded: refunded,
  })
  const letter = (id: string, kind: string, of: string, purchaseId: string) => ({
    id,
    kind,
    unique_key: `${kind}:${of}`,
    purchase_id: purchaseId,
    state: 'delivered',
  })
  const mail = (letterId: string, kind: string, to: string) => ({
    id: `mail_${letterId}`,
    to: [to],
    kind,
    letterId,
    key: letterId,
    state: 'delivered',
  })
  return {
    stripe: {
      sessions: [
        session('cs_paid'),
        session('cs_returned'),
        session('cs_foreign', { priceIds: ['price_x'], customer_details: { email: 'fremd@chaos.test' } }),
        session('cs_euro', { priceIds: ['price_x'], client_reference_id: 'an-order', payment_intent: null }),
        session('cs_open', { status: 'open', payment_status: 'unpaid', payment_intent: null }),
      ],
      paymentIntents: [{ id: 'pi_cs_paid', status: 'succeeded' }],
      refunds: [{ id: 're_1', payment_intent: 'pi_cs_returned', amount: 34_900, status: 'succeeded' }],
      disputes: [],
      fraudWarnings: [],
      events: [{ id: 'evt_1', type: 'checkout.session.completed' }],
      deliveries: [{ id: 'evt_1', state: 'delivered', attempts: [{ status: 500 }, { status: 200 }] }],
      prices: [{ id: 'price_kurs' }],
    },
    mails: [
      mail('l_1', 'welcome', 'cs_paid@chaos.test'),
      mail('l_2', 'welcome', 'cs_returned@chaos.test'),
      mail('l_3', 'refund', 'cs_returned@chaos.test'),
    ],
    rows: {
      purchases: [
        purchase('cs_paid', 'paid'),
        purchase('cs_returned', 'refunded', 34_900),
        { ...purchase('cs_foreign', 'foreign'), email: null, person_id: null },
        { ...purchase('cs_euro', 'parked'), person_id: null, flags: ['unknown_price'] },
      ],
      grants: [
        { source: 'purchase:p_cs_paid', person_id: 'person_cs_paid', active: true },
        { source: 'purchase:p_cs_returned', person_id: 'person_cs_returned', active: false },
      ],
      letters: [
        letter('l_1', 'welcome', 'p_cs_paid', 'p_cs_paid'),
        letter('l_2', 'welcome', 'p_cs_returned', 'p_cs_returned'),
        letter('l_3', 'refund', 're_1', 'p_cs_returned'),
      ],
      refunds: [{ id: 're_1', purchase_id: 'p_cs_returned', amount: 34_900, status: 'succeeded' }],
      disputes: [],
      inbox: [{ source: 'stripe', id: 'evt_1', handled: true }],
      jobs: [],
    },
    logs: { web1: 'request 200', worker1: 'order settled', postgres: 'ready' },
    dump: { 'public.login_token': '(4b6f…)' },
    secrets: ['a-token-of-a-letter-in-clear'],
    attempts: [{ attemptId: 'a', sessionIds: ['cs_paid'] }],
    status: { ok: true, causes: [], warnings: [] },
  }
}

const broken: [checker: string, what: string, breakIt: (seen: Evidence) => void][] = [
  ['I1 paid has one grant', 'a missing grant', (seen) => seen.rows.grants.shift()],
  ['I1 paid has one grant', 'a revoked grant', (seen) => Object.assign(seen.rows.grants[0]!, { active: false })],
  ['I1 paid has one grant', 'two grants', (seen) => seen.rows.grants.push({ ...seen.rows.grants[0]! })],
  [
    'I2 letters once',
    'a letter that went out twice',
    (seen) => seen.mails.push({ ...seen.mails[0]!, id: 'mail_twice' }),
  ],
  ['I2 letters once', 'a letter that never went out', (seen) => seen.mails.shift()],
  ['I2 letters once', 'a refund nobody was told of', (seen) => seen.mails.pop()],
  ['I2 letters once', 'a refund told twice', (seen) => seen.mails.push({ ...seen.mails[2]!, id: 'mail_twice' })],
  [
    'I2 mails match purchases',
    'a second welcome under a key of its own',
    (seen) => seen.mails.push({ ...seen.mails[0]!, id: 'mail_other', key: 'l_9', letterId: 'l_9' }),
  ],
  [
    'I2 mails match purchases',
    'two mails under one key',
    (seen) => seen.mails.push({ ...seen.mails[0]!, id: 'twice' }),
  ],
  ['I2 mails match purchases', 'a mail without a key', (seen) => Object.assign(seen.mails[0]!, { key: null })],
  ['I3 unpaid has no grant', 'access after a refund', (seen) => Object.assign(seen.rows.grants[1]!, { active: true })],
  [
    'I3 unpaid has no grant',
    'the course for one euro',
    (seen) => seen.rows.grants.push({ source: 'purchase:p_cs_euro', person_id: 'x', active: true }),
  ],
  [
    'I3 unpaid has no grant',
    'a grant from nowhere',
    (seen) => seen.rows.grants.push({ source: 'purchase:p_x', person_id: 'x', active: true }),
  ],
  [
    'I2 dead addresses are visible',
    'a bounce nobody is told of',
    (seen) => {
      Object.assign(seen.mails[0]!, { state: 'bounced' })
    },
  ],
  ['I4 acknowledged is stored', 'a lost event', (seen) => seen.rows.inbox.pop()],
  ['I5 state is of the truth', 'an old state', (seen) => Object.assign(seen.rows.purchases[1]!, { state: 'paid' })],
  [
    'I5 state is of the truth',
    'an ignored claim',
    (seen) => Object.assign(seen.rows.purchases[3]!, { state: 'foreign' }),
  ],
  ['I5 state is of the truth', 'a lost purchase', (seen) => seen.rows.purchases.shift()],
  [
    'I5 state is of the truth',
    'a quantity nobody looks at',
    (seen) => Object.assign(seen.stripe.sessions[0]!, { quantity: 5 }),
  ],
  [
    'I5 double payments are flagged',
    'somebody who paid twice',
    (seen) => {
      Object.assign(seen.rows.purchases[1]!, { state: 'paid', person_id: 'person_cs_paid' })
    },
  ],
  [
    'I5 double payments are flagged',
    'a flag without a reason',
    (seen) => Object.assign(seen.rows.purchases[0]!, { flags: ['double_payment'] }),
  ],
  [
    'I6 secrets stay secret',
    'a token in a log',
    (seen) => Object.assign(seen.logs, { web1: 'GET /anmelden?token=a-token-of-a-letter-in-clear' }),
  ],
  [
    'I6 secrets stay secret',
    'a token in a row',
    (seen) => Object.assign(seen.dump, { 'pgboss.job': '{"t":"a-token-of-a-letter-in-clear"}' }),
  ],
  [
    'I6 secrets stay secret',
    'an address in a log',
    (seen) => Object.assign(seen.logs, { worker1: 'to mara7@chaos.test' }),
  ],
  ['I8 nothing is stuck', 'an open event', (seen) => Object.assign(seen.rows.inbox[0]!, { handled: false })],
  ['I8 nothing is stuck', 'a letter that waits', (seen) => Object.assign(seen.rows.letters[0]!, { state: 'queued' })],
  [
    'I8 nothing is stuck',
    'a dead job',
    (seen) => seen.rows.jobs.push({ name: 'dead', state: 'created', data: '{}', error: 'boom' }),
  ],
  ['I8 nothing is stuck', 'an alarm', (seen) => seen.status.causes.push({ code: 'worker_silent' })],
  [
    'I9 amounts are Stripe’s',
    'a wrong total',
    (seen) => Object.assign(seen.rows.purchases[0]!, { amount_total: 34_901 }),
  ],
  ['I9 amounts are Stripe’s', 'a missing refund', (seen) => seen.rows.refunds.pop()],
  [
    'I9 amounts are Stripe’s',
    'a refund not subtracted',
    (seen) => Object.assign(seen.rows.purchases[1]!, { amount_refunded: 0 }),
  ],
  ['one session per attempt', 'a double click', (seen) => seen.attempts[0]!.sessionIds.push('cs_other')],
  ['the ledger is true', 'a bounce we do not know', (seen) => Object.assign(seen.mails[0]!, { state: 'bounced' })],
  ['the ledger is true', 'a mail of nobody', (seen) => seen.mails.push({ ...seen.mails[0]!, letterId: 'l_none' })],
  [
    'foreign stays foreign',
    'somebody else’s address kept',
    (seen) => Object.assign(seen.rows.purchases[2]!, { email: 'fremd@chaos.test' }),
  ],
]

test('a healthy world is found healthy', () => {
  expect(judge(healthyWorld())).toEqual([])
})

describe.each(Object.keys(checkers))('%s', (name) => {
  test.each(broken.filter(([checker]) => checker === name))('%s finds %s', (_, __, breakIt) => {
    const seen = healthyWorld()
    breakIt(seen)
    expect(checkers[name]!(seen)).not.toEqual([])
  })
})

test('every checker is shown at least one broken world', () => {
  expect(new Set(broken.map(([checker]) => checker))).toEqual(new Set(Object.keys(checkers)))
})

test('a change by a second delivery is named, sameness is not', () => {
  const after = healthyWorld()
  expect(differences(lastingRows(healthyWorld()), lastingRows(after))).toEqual([])
  after.rows.letters.push({ ...after.rows.letters[0]!, unique_key: 'welcome:again' })
  Object.assign(after.rows.purchases[0]!, { state: 'lost' })
  expect(differences(lastingRows(healthyWorld()), lastingRows(after))).toHaveLength(2)
})
