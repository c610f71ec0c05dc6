import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { personSteps } from '#app/admin/personen/[id]/personSteps.ts'
import { listPeople } from '#domain/access/listPeople.ts'
import { openSession } from '#domain/access/openSession.ts'
import { customerFile } from '#domain/operator/customerFile.ts'
import { orderFile } from '#domain/operator/orderFile.ts'
import { searchPeople } from '#domain/operator/searchPeople.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { declareWithdrawal } from '#domain/sales/withdrawal/declareWithdrawal.ts'
import { matchWithdrawal } from '#domain/sales/withdrawal/matchWithdrawal.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'
import { paidTruth } from '../../kit/paidTruth.ts'

/** The Kundenakte and the search that leads to it. */

let counter: Counter
const refund = { id: 're_akte', amount: 5_000, status: 'succeeded', createdAt: new Date('2026-11-23T09:00:00Z') }
const dispute = { id: 'dp_akte', amount: 34_900, status: 'won', createdAt: new Date('2026-11-24T09:00:00Z') }
const truth = {
  email: 'mara.muster@example.de',
  name: 'Mara Müller-Lüdenscheidt',
  invoice: { id: 'in_akte', number: 'A-1', url: null, pdf: null },
  refunds: [refund],
  disputes: [dispute],
}
let personId: string
let purchaseId: string

beforeAll(async () => {
  counter = await openCounter()
  await mirrorPrice(counter.ctx)
  ;({ personId, purchaseId } = await buy('cs_test_akte', truth))
})
afterAll(() => counter.close())

async function buy(sessionId: string, change: Parameters<typeof paidTruth>[1]) {
  counter.payments.truths.set(sessionId, paidTruth(sessionId, change))
  const { purchaseId } = await settleOrder(counter.ctx, sessionId)
  const [row] = await counter.database.query<{ person_id: string }>('select person_id from purchase where id = $1', [
    purchaseId,
  ])
  return { personId: row!.person_id, purchaseId: purchaseId! }
}

const bell = (id: string, objectId: string) =>
  counter.ctx.inbox.reserve({
    source: 'stripe',
    id,
    type: 'checkout.session.completed',
    objectId,
    livemode: false,
    apiVersion: null,
    raw: Buffer.from('{}'),
    requestId: 'request-akte',
  })

test('the file holds everything from the first bell to the last lesson', async () => {
  await bell('evt_akte', 'cs_test_akte')
  await bell('evt_akte_refund', 're_akte')
  await openSession(counter.ctx, { personId, kind: 'proven', device: 'Firefox auf Linux' })
  const [first, last] = counter.ctx.content.course().lessons
  await counter.database.query(
    `insert into lesson_opened (person_id, lesson_id, opened_at) values ($1, $2, '2026-11-22T10:10:00Z'), ($1, $3, '2026-11-22T11:00:00Z')`,
    [personId, first!.id, last!.id],
  )
  await counter.database.query(
    `insert into progress (person_id, lesson_id, ranges, position_at) values ($1, $2, '{}', '2026-11-23T10:10:00Z')`,
    [personId, last!.id],
  )
  const file = (await customerFile(counter.ctx, personId))!
  expect(file.person.emailRaw).toBe(truth.email)
  expect(file.orders.map(({ id }) => id)).toEqual([purchaseId])
  expect(file.grants.map(({ source }) => source)).toEqual([`purchase:${purchaseId}`])
  expect(file.letters.map(({ kind }) => kind)).toContain('welcome')
  expect(file.events.map(({ id }) => id).sort()).toEqual(['evt_akte', 'evt_akte_refund'])
  expect(file.sessions).toHaveLength(1)
  expect(file.refunds).toMatchObject([{ id: 're_akte', amount: 5_000 }])
  expect(file.disputes).toMatchObject([{ id: 'dp_akte' }])
  expect(file.lessons).toMatchObject({ first: { number: 1 }, last: { number: 2 } })
  expect(await orderFile(counter.ctx, 'cs_test_akte')).toMatchObject({
    order: { id: purchaseId },
    refunds: [{ id: 're_akte' }],
  })
})

test('an unknown person is no file, nonsense neither', async () => {
  expect(await customerFile(counter.ctx, randomUUID())).toBeNull()
  expect(await customerFile(counter.ctx, 'unsinn')).toBeNull()
  expect(await orderFile(counter.ctx, 'unsinn')).toBeNull()
})

test.each([
  ['mara.muster@example.de'],
  [' MARA.MUSTER@example.de '],
  ['Mara'],
  ['lüdensch'],
  ['muster example'],
  ['mara.mus'],
])('„%s“ finds the person, and the order only through it', async (text) => {
  const found = await searchPeople(counter.ctx, text)
  expect(found.people.map(({ id }) => id)).toEqual([personId])
  expect(found.orders).toEqual([])
})

test.each(['cs_test_akte', 'pi_cs_test_akte', 'ch_cs_test_akte', 're_akte', 'dp_akte', 'in_akte'])(
  '%s finds the order',
  async (id) => {
    expect((await searchPeople(counter.ctx, id)).orders.map((order) => order.id)).toEqual([purchaseId])
  },
)

test('a warning leads to the order by its charge, a customer by asking Stripe, and without Stripe the search still answers', async () => {
  const warning = { id: 'issfr_akte', object: 'radar.early_fraud_warning', charge: 'ch_cs_test_akte' }
  await counter.ctx.inbox.reserve({
    source: 'stripe',
    id: 'evt_warnung',
    type: 'radar.early_fraud_warning.created',
    objectId: warning.id,
    livemode: false,
    apiVersion: null,
    raw: Buffer.from(JSON.stringify({ id: 'evt_warnung', object: 'event', data: { object: warning } })),
    requestId: 'request-akte',
  })
  const hits = async (id: string) => {
    const { orders, events } = await searchPeople(counter.ctx, id)
    return [orders.map((order) => order.id), events.map((event) => event.id)]
  }
  expect(await hits('issfr_akte')).toEqual([[purchaseId], ['evt_warnung']])
  expect(await hits('cus_cs_test_akte')).toEqual([[purchaseId], []])
  expect(await hits('cus_niemand')).toEqual([[], []])
  counter.payments.down = true
  expect(await hits('cus_cs_test_akte')).toEqual([[], []])
  counter.payments.down = false
})

test('order number, event, letter, Resend id and our own ids find what they name', async () => {
  const { order } = (await orderFile(counter.ctx, purchaseId))!
  for (const text of [order.number, order.number.toLowerCase(), String(Number(order.number.slice(-4))), purchaseId])
    expect([text, (await searchPeople(counter.ctx, text)).orders.map(({ id }) => id)]).toEqual([text, [purchaseId]])
  await bell('evt_gesucht', 'cs_test_akte')
  expect((await searchPeople(counter.ctx, 'evt_gesucht')).events.map(({ id }) => id)).toEqual(['evt_gesucht'])
  const { letters } = (await customerFile(counter.ctx, personId))!
  const provider = randomUUID()
  await counter.database.query('update letter set provider_id = $1 where id = $2', [provider, letters[0]!.id])
  for (const id of [letters[0]!.id, provider])
    expect((await searchPeople(counter.ctx, id)).letters.map((letter) => letter.id)).toEqual([letters[0]!.id])
  expect((await searchPeople(counter.ctx, personId)).people).toHaveLength(1)
})

test('an order without a person is found by its buyer, an id of nobody by its events', async () => {
  counter.payments.truths.set('cs_test_geparkt', paidTruth('cs_test_geparkt', { email: null, name: 'Ohne Adresse' }))
  const { state } = await settleOrder(counter.ctx, 'cs_test_geparkt')
  expect(state).toBe('parked')
  const found = await searchPeople(counter.ctx, 'ohne adr')
  expect([found.people, found.orders.map(({ sessionId }) => sessionId)]).toEqual([[], ['cs_test_geparkt']])
  await bell('evt_fremd', 'pi_fremd')
  expect((await searchPeople(counter.ctx, 'pi_fremd')).events.map(({ id }) => id)).toEqual(['evt_fremd'])
})

test.each(['', '  ', '!!!', "mara' | x", 'mara:* & !x', 'x'.repeat(300), 'xx_', '\\', '💥', '%', 'nie@nirgends.test'])(
  'a strange text „%s“ is no fault',
  async (text) => {
    const { people, orders } = await searchPeople(counter.ctx, text)
    expect(people.length + orders.length).toBeLessThanOrEqual(1)
  },
)

test('the look-ups use their indexes', async () => {
  await counter.database.query(
    `insert into person (id, email_normal, email_raw, name, created_by)
     select gen_random_uuid(), 'p' || n || '@viele.example', 'p', 'Person N' || n, 'hand:test' from generate_series(1, 3000) n`,
  )
  await counter.database.query('analyze person')
  const plan = async (sql: string) => JSON.stringify(await counter.database.query(`explain ${sql}`))
  const words = `to_tsvector('simple', coalesce("name", '') || ' ' || translate(coalesce("email_normal", ''), '@.-_+', '     '))`
  expect(await plan(`select * from person where ${words} @@ to_tsquery('simple', 'p77:*')`)).toContain('person_words')
  expect((await searchPeople(counter.ctx, 'Person')).people).toHaveLength(25)
})

test('people are listed by access and login, page by page', async () => {
  const open = await listPeople(counter.ctx, { access: 'open', limit: 50 })
  expect(open.map(({ id }) => id)).toEqual([personId])
  const never = await listPeople(counter.ctx, { access: 'none', neverLoggedIn: true, limit: 10 })
  expect(never).toHaveLength(10)
  const next = await listPeople(counter.ctx, { access: 'none', beforeId: never.at(-1)!.id, limit: 10 })
  expect(new Set([...never, ...next].map(({ id }) => id)).size).toBe(20)
})

test('what was written before there was an account, and a declaration of withdrawal, are in the file too', async () => {
  const email = 'lastschrift@example.de'
  const asked = { email, paymentStatus: 'unpaid', paymentIntentStatus: 'processing' } as const
  counter.payments.truths.set('cs_test_debit', paidTruth('cs_test_debit', asked))
  await settleOrder(counter.ctx, 'cs_test_debit')
  const debit = await buy('cs_test_debit', { email })
  const { order } = (await orderFile(counter.ctx, 'cs_test_debit'))!
  const words = { name: 'Lena Last', contract: order.number, email: 'anderswo@example.de' }
  const { id } = await declareWithdrawal(counter.ctx, { ...words, id: randomUUID(), ip: '10.4.4.4' })
  await matchWithdrawal(counter.ctx, id)
  const file = (await customerFile(counter.ctx, debit.personId))!
  const kinds = file.letters.map(({ kind }) => kind).sort()
  expect(kinds).toEqual(['payment_pending', 'welcome', 'withdrawal_notice'])
  for (const { withdrawals } of [file, (await orderFile(counter.ctx, 'cs_test_debit'))!])
    expect(withdrawals).toMatchObject([{ withdrawal: { id, ...words }, receipt: { state: 'queued', closed: false } }])
  const steps = personSteps(file).map(({ name, text }) => `${name}: ${text}`)
  expect(steps).toContainEqual(expect.stringMatching(/^Mail „Zahlung unterwegs“: /))
  expect(steps).toContainEqual(
    expect.stringMatching(/^Widerruf: Von Lena Last: offen.* an anderswo@example.de: wartet/),
  )
})
