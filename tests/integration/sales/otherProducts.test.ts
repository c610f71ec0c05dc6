import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { doctor } from '#cli/doctor.ts'
import { flagWords } from '#components/admin/words.ts'
import { refundPurchase } from '#domain/sales/afterSale/refundPurchase.ts'
import { seeFlag } from '#domain/sales/afterSale/seeFlag.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { workClaim } from '#domain/sales/claim/workClaim.ts'
import { listOrders } from '#domain/sales/listOrders.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { orderStatus } from '#domain/sales/orderStatus.ts'
import { endParked } from '#domain/sales/parkedAlarms.ts'
import { reconcile } from '#domain/sales/reconciler/reconcile.ts'
import { settleByHand } from '#domain/sales/settleByHand.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { openDoor } from '../../kit/door.ts'
import { until } from '../../kit/until.ts'
import { openWebhookDoor } from '../../kit/webhookDoor.ts'
import { openWorld, type World } from '../../kit/world.ts'

/**
 * „The course for one euro“: everything else that is sold on the same Stripe account, paid for real at the emulator and
 * told to us by its webhook. Whatever such a session calls itself, only a price of ours opens the course.
 */

let world: World
let door: { close(): void }

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
  door = await openWebhookDoor(world)
  await mirrorPrice(world.ctx)
  await world.start('worker')
})
afterEach(() => world.clearFaults('stripe'))
afterAll(async () => {
  door?.close()
  await world?.close()
})

async function stripe<T = Record<string, string>>(path: string, body: unknown = {}): Promise<T> {
  const answer = await fetch(`${world.urls.stripe}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const json = await answer.json()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(json)}`)
  return json as T
}
const otherPrice = (amount = 100, more: object = {}) =>
  stripe('/_prices', { amount, ...more }).then(({ id = '' }) => id)
const link = (prices: string[], metadata = {}) =>
  stripe('/_links', { lines: prices.map((price) => ({ price })), metadata }).then(({ url = '' }) => url)
/** Opens a Payment Link as anybody may, with what they like behind the question mark; answers the session. */
async function visit(url: string, query: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(`${url}?${new URLSearchParams(query)}`, { redirect: 'manual' })
  const id = /cs_test_\w+/.exec(answer.headers.get('location') ?? '')?.[0]
  if (!id) throw new Error(`${url} answered ${answer.status}`)
  return id
}
const session = (input: object) => stripe('/_sessions', input).then(({ id = '' }) => id)
const pay = (sessionId: string, how: object = {}) => stripe(`/_pay/${sessionId}`, how)

let count = 0
/** Somebody who began to order: the id of their draft, read out of the checkout cookie. */
async function draft() {
  const email = `ein-euro${++count}@example.de`
  const { orderId, sessionId } = await openCheckout(world.ctx, { productType: 'kurs', email })
  return { orderId, sessionId, email }
}

interface Row extends Record<string, unknown> {
  id: string
  state: string
  flags: string[]
  email: string | null
  grants: number
  letters: string[]
}
async function rowOf(sessionId: string): Promise<Row | undefined> {
  const [row] = await world.database.query<Row>(
    `select p.*, (select count(*)::int from access_grant g where g.source = 'purchase:' || p.id and revoked_at is null) as grants,
       array(select l.kind from letter l where l.purchase_id = p.id order by l.kind) as letters
     from purchase p where p.session_id = $1`,
    [sessionId],
  )
  return row
}
async function becomes(sessionId: string, wanted: Partial<Row>): Promise<Row> {
  await until(`order becomes ${JSON.stringify(wanted)}`, async () => {
    expect(await rowOf(sessionId)).toMatchObject(wanted)
    return true
  })
  await until('every event is worked', async () => {
    return (await world.database.query('select 1 from webhook_event where handled_at is null')).length === 0
  })
  const row = await rowOf(sessionId)
  expect(row).toMatchObject(wanted)
  return row as Row
}
const parked = { state: 'parked', flags: ['unknown_price'], grants: 0, letters: [] }
async function examined(): Promise<string[]> {
  const lines: string[] = []
  const print = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)))
  await doctor({ ...world.env, MAIL_FROM: 'Die Werkstatt <post@werkstatt.test>' }).finally(() => print.mockRestore())
  return lines
}
const alarmed = async () => (await world.ctx.alarms.open(world.ctx.db)).some(({ cause }) => cause === 'order_parked')

test('a Payment Link of another product with the order’s id behind it is parked, visible, and opens nothing', async () => {
  const mine = await draft()
  const id = await visit(await link([await otherPrice()]), { client_reference_id: mine.orderId })
  await pay(id, { email: mine.email })
  const { id: purchaseId } = await becomes(id, parked)
  await until('the alarm', alarmed)
  expect((await listOrders(world.ctx, { states: ['parked'], flagged: true })).map((one) => one.sessionId)).toContain(id)
  // No other way in: the operator's button, the success page, the claim page and the reconciler all judge alike.
  await settleByHand(world.ctx, { order: purchaseId, actor: 'cli', key: randomUUID() })
  expect(await orderStatus(world.ctx, id)).toMatchObject({ payment: 'parked', access: false, mayLogIn: false })
  const claim = { email: mine.email, browserHash: 'x', requestId: randomUUID() }
  await workClaim(world.ctx, { ...claim, reference: id })
  // The worker's own round may be under way.
  await until('the reconciler looks', () =>
    reconcile(world.ctx, { since: new Date(Date.now() - 3_600_000) }).catch(() => null),
  )
  await becomes(id, parked)
  expect(await orderStatus(world.ctx, mine.sessionId)).toMatchObject({ payment: 'open', access: false })
  expect((await world.mails(mine.email)).map(({ subject }) => subject).join()).not.toMatch(
    /Zugang ist offen|Willkommen/,
  )
  // Giving the euro back ends it.
  const deed = { purchaseId, amount: null, reason: 'Nicht der Kurs', actor: 'cli', key: randomUUID() }
  await refundPurchase(world.ctx, deed)
  await becomes(id, { state: 'refunded', grants: 0 })
  expect((await rowOf(id))?.letters).not.toContain('refund')
})

test.each([
  [
    'a Payment Link that says product_type=kurs',
    async () => visit(await link([await otherPrice()], { product_type: 'kurs' })),
  ],
  [
    'a cheap price under the course’s own product',
    async () =>
      visit(await link([await otherPrice(100, { kurs: true })]), { client_reference_id: (await draft()).orderId }),
  ],
  [
    'a price invented for one session',
    async () => session({ amount: 100, metadata: { product_type: 'kurs', order_id: (await draft()).orderId } }),
  ],
  [
    'a price in another currency',
    async () =>
      visit(await link([await otherPrice(34_900, { currency: 'sek' })]), {
        client_reference_id: (await draft()).orderId,
      }),
  ],
  [
    'nothing to pay',
    async () => visit(await link([await otherPrice(0)]), { client_reference_id: (await draft()).orderId }),
  ],
  [
    'five of another thing, and eleven more',
    async () => session({ amount: 10_000, quantity: 5, others: 11, clientReferenceId: (await draft()).orderId }),
  ],
])('parked, whatever it calls itself: %s', async (_, open) => {
  const id = await open()
  await pay(id, { email: `fremd${++count}@example.de` })
  await becomes(id, parked)
})

test('something free with an order’s id behind it is a warning, however often, and says that there is nothing to give back', async () => {
  await world.database.query(`update purchase set flags_seen = flags where state = 'parked'`)
  await world.database.query('delete from alarm')
  const url = await link([await otherPrice(0)])
  const status = async () => {
    const browser = openDoor(world.platform, { '/api/status': () => import('#app/api/status/route.ts') })()
    const answer = await browser.get('/api/status')
    return { code: answer.status, warnings: answer.json<{ warnings: { code: string; message: string }[] }>().warnings }
  }
  const ids: string[] = []
  for (let times = 0; times < 2; times++) {
    const id = await visit(url, { client_reference_id: (await draft()).orderId })
    await pay(id, { email: `umsonst${++count}@example.de` })
    ids.push((await becomes(id, parked)).id)
  }
  await until('the warning', async () => (await status()).warnings.some(({ code }) => code === 'free_order_parked'))
  const { code, warnings } = await status()
  expect(code).toBe(200)
  const told = warnings.find((one) => one.code === 'free_order_parked')
  expect(told?.message).toContain('opens_course = kurs')
  expect(told?.message).toMatch(/niemand hat etwas bezahlt.*hake sie ab; zu erstatten gibt es nichts/)
  expect(told?.message).not.toMatch(/erstatte\b/)
  expect(flagWords('unknown_price', true)).not.toMatch(/Erstatten/)
  // Paid beside it: the alarm is there, and ends without the warning; each ends with its own.
  const paidId = await visit(await link([await otherPrice()]), { client_reference_id: (await draft()).orderId })
  await pay(paidId, { email: `doch${++count}@example.de` })
  const { id: paid } = await becomes(paidId, parked)
  await until('the alarm', alarmed)
  const see = (purchaseId: string) =>
    seeFlag(world.ctx, { purchaseId, flag: 'unknown_price', actor: 'cli', key: randomUUID() })
  await see(paid)
  await endParked(world.ctx)
  expect(await alarmed()).toBe(false)
  expect((await status()).warnings.map((one) => one.code)).toContain('free_order_parked')
  for (const id of ids) await see(id)
  await endParked(world.ctx)
  expect((await status()).warnings.map((one) => one.code)).not.toContain('free_order_parked')
})

test('a debit for another product is told to nobody while it is on its way, and parked when the money is there', async () => {
  const { orderId } = await draft()
  const id = await visit(await link([await otherPrice(2_000)]), { client_reference_id: orderId })
  await pay(id, { email: 'lastschrift@example.de', iban: 'DE89370400440532013000' })
  await becomes(id, { state: 'pending', flags: ['unknown_price'], letters: [] })
  await stripe(`/_pending/${id}`, { outcome: 'succeed' })
  await becomes(id, parked)
})

test('without an order’s id and without our product’s name it is somebody else’s, and stays ignored', async () => {
  const url = await link([await otherPrice()], { product_type: 'kursheft' })
  for (const reference of ['', randomUUID(), 'ladenkasse-17']) {
    const id = await visit(url, { client_reference_id: reference })
    await pay(id, { email: 'fremd@example.de' })
    await becomes(id, { state: 'foreign', email: null, flags: [], grants: 0, letters: [] })
  }
})

test('the course among other things opens, also on the second page of line items, and a person looks', async () => {
  const beside = await visit(await link([await otherPrice(), 'price_kurs']))
  await pay(beside, { email: `dazu${++count}@example.de` })
  await becomes(beside, { state: 'paid', flags: ['other_items'], grants: 1 })
  const last = await session({ price: 'price_kurs', others: 14 })
  await pay(last, { email: `dazu${++count}@example.de` })
  await becomes(last, { state: 'paid', flags: ['other_items'], grants: 1, quantity: 15 })
})

test('a price made a minute ago parks nobody, and a fresh database neither', async () => {
  await world.fault('stripe', { kind: 'drop', on: 'delivery', match: 'price.*', times: 9 })
  const { id: price = '' } = await stripe('/_price', { unitAmount: 29_900 })
  const quick = await session({ price, metadata: { product_type: 'kurs' } })
  await pay(quick, { email: `neupreis${++count}@example.de` })
  await becomes(quick, { state: 'paid', flags: [], grants: 1 })
  // Everything is gone, the drafts too: what Stripe calls the price now is enough for who paid it.
  const { sessionId, email } = await draft()
  await world.fault('stripe', { kind: 'drop', on: 'delivery', times: 9 })
  await pay(sessionId, { email })
  await world.database.query('delete from price')
  await world.database.query('delete from order_draft')
  expect(await settleOrder(world.ctx, sessionId)).toMatchObject({ state: 'paid' })
  // The price from before has sold courses too; sessions of it are known while its row lives.
  expect(await world.database.query('select id from price where current')).toEqual([{ id: price }])
})

test('while the price cannot be asked for nobody is parked; when Stripe knows none, a person decides', async () => {
  const { orderId } = await draft()
  const id = await visit(await link([await otherPrice()]), { client_reference_id: orderId })
  await world.fault('stripe', { kind: 'drop', on: 'delivery', times: 9 })
  await pay(id, { email: 'warten@example.de' })
  await world.fault('stripe', { kind: 'status', on: 'api', match: '/v1/prices', status: 503 })
  await expect(settleOrder(world.ctx, id)).rejects.toMatchObject({ name: 'OutsideError', retryable: true })
  expect(await rowOf(id)).toBeUndefined()
  await world.clearFaults('stripe')
  await world.fault('stripe', { kind: 'status', on: 'api', match: '/v1/prices', status: 404 })
  expect(await settleOrder(world.ctx, id)).toMatchObject({ state: 'parked' })
})

test('line items that cannot be read decide nothing', async () => {
  const [now] = await world.database.query<{ id: string }>('select id from price where current')
  const id = await session({ price: now?.id, others: 14 })
  await world.fault('stripe', { kind: 'drop', on: 'delivery', times: 9 })
  await pay(id)
  await world.fault('stripe', {
    kind: 'status',
    on: 'api',
    match: 'GET /v1/checkout/sessions/*/line_items',
    status: 500,
  })
  await expect(settleOrder(world.ctx, id)).rejects.toMatchObject({ name: 'OutsideError' })
  expect(await rowOf(id)).toBeUndefined()
})

test('when its price becomes ours, a parked order opens by itself, and one that was ignored too', async () => {
  const price = await otherPrice(19_900, { name: 'Der Kurs, Vorverkauf' })
  const claimed = await visit(await link([price]), { client_reference_id: (await draft()).orderId })
  const silent = await visit(await link([price]))
  for (const id of [claimed, silent]) await pay(id, { email: `vorverkauf${++count}@example.de` })
  await becomes(claimed, parked)
  await becomes(silent, { state: 'foreign' })
  const named = { ...world.ctx, settings: { ...world.ctx.settings, priceRef: { id: price } } }
  await mirrorPrice(named)
  await becomes(claimed, { state: 'paid', flags: [], grants: 1 })
  await becomes(silent, { state: 'paid', flags: [], grants: 1 })
  // The settings name this price no longer, but it was ours and stays so.
  await mirrorPrice(world.ctx)
  expect(await settleOrder(world.ctx, claimed)).toMatchObject({ state: 'paid' })
})

test('whoever bought it among other things is judged again too, whatever stood first on the receipt', async () => {
  const { id: ours } = await mirrorPrice(world.ctx)
  // Its first round settles every session without a purchase, and could settle this one a second time.
  await until('the worker’s reconciler is through', async () => {
    const left = "select 1 from bookmark where name = 'reconciler' and value->>'notBefore' is not null"
    return (await world.database.query(left)).length === 1
  })
  const price = await otherPrice(29_900, { kurs: true })
  const both = await visit(await link([await otherPrice(), price]))
  await pay(both, { email: `beides${++count}@example.de` })
  await becomes(both, { state: 'foreign' })
  await stripe(`/_change/${ours}`, { lookup_key: null })
  await stripe(`/_change/${price}`, { lookup_key: 'kurs_eur' })
  await stripe('/_emit', { type: 'price.updated', objectId: price })
  await becomes(both, { state: 'paid', flags: ['other_items'], grants: 1 })
})

test('a price that is on sale by now is found before its buyer is called somebody else’s, without a question at each stranger’s', async () => {
  const { id: ours } = await mirrorPrice(world.ctx)
  const price = await otherPrice(31_900, { kurs: true })
  await world.fault('stripe', { kind: 'drop', on: 'delivery', times: 30 })
  await stripe(`/_change/${ours}`, { lookup_key: null })
  await stripe(`/_change/${price}`, { lookup_key: 'kurs_eur' })
  let asked = 0
  const getPrice = (ref: { id?: string; lookupKey?: string }) => {
    asked++
    return world.ctx.payments.getPrice(ref)
  }
  const payments = { ...world.ctx.payments, getPrice }
  const bought = async (url: string) => {
    const id = await visit(url)
    await pay(id, { email: `gerade${++count}@example.de` })
    return settleOrder({ ...world.ctx, payments }, id)
  }
  expect(await bought(await link([await otherPrice(), price]))).toMatchObject({ state: 'paid' })
  const [stickers, posters] = [await link([await otherPrice()]), await link([await otherPrice()])]
  for (const url of [stickers, stickers, posters, stickers, posters])
    expect(await bought(url)).toMatchObject({ state: 'foreign' })
  // Once for the course’s buyer, once for each thing that was never heard of.
  expect(asked).toBe(3)
})

test('the operator’s word on the price itself, in Stripe’s Dashboard, makes it the course’s', async () => {
  const price = await otherPrice(24_900, { kurs: true })
  const id = await visit(await link([price]), { client_reference_id: (await draft()).orderId })
  await pay(id, { email: `frueher${++count}@example.de` })
  await becomes(id, parked)
  // The alarm and the doctor both name this remedy.
  const told = async () => (await world.ctx.alarms.open(world.ctx.db)).find(({ cause }) => cause === 'order_parked')
  await until('the alarm names the price', async () => (await told())?.message.includes(price))
  expect((await told())?.message).toContain('opens_course = kurs')
  expect((await examined()).join('\n')).toMatch(/weak +orders .*price.*\n +Fix: .*opens_course = kurs/)
  await stripe(`/_change/${price}`, { metadata: { opens_course: 'kurs' }, active: false })
  await stripe('/_emit', { type: 'price.updated', objectId: price })
  await becomes(id, { state: 'paid', flags: [], grants: 1 })
  // Taken back, it still was ours.
  await stripe(`/_change/${price}`, { metadata: {} })
  expect(await settleOrder(world.ctx, id)).toMatchObject({ state: 'paid' })
})
