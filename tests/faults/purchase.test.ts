import http from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { POST } from '#app/api/webhook/stripe/route.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { until } from '../kit/until.ts'
import { openWorld, type World } from '../kit/world.ts'

/**
 * The chain paid → granted → mailed while processes die. The webhook's route runs in this process; the worker is a
 * real process that kills itself (SIGKILL) at a named point, once.
 */

let world: World
let door: http.Server | undefined
const shared = globalThis as { werkstatt?: unknown }

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'], env: { LOG_LEVEL: 'warn' } })
  shared.werkstatt = world.platform
  door = http.createServer(async (request, response) => {
    if (!request.url?.endsWith('/api/webhook/stripe')) return void response.writeHead(200).end('{}')
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const body = new Uint8Array(await buffer(request))
    const answer = await POST(new Request(`${world.url}${request.url}`, { method: 'POST', headers, body }), {})
    response.writeHead(answer.status).end(await answer.text())
  })
  const listening = door
  await new Promise<void>((resolve) => listening.listen(Number(new URL(world.url).port), '127.0.0.1', resolve))
})
afterAll(async () => {
  door?.close()
  shared.werkstatt = undefined
  await world?.close()
})

let count = 0
async function order() {
  const email = `kauf${++count}@example.de`
  const { sessionId } = await openCheckout(world.ctx, { productType: 'kurs', email })
  return { email, sessionId }
}
async function pay(sessionId: string) {
  const answer = await fetch(`${world.urls.stripe}/_pay/${sessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  expect(answer.status).toBe(200)
}
const rows = (sessionId: string) =>
  world.database.query<{ state: string; active: number; letters: number; letter: string | null; open: number }>(
    `select p.state,
       (select count(*)::int from access_grant g where g.source = 'purchase:' || p.id and g.revoked_at is null) as active,
       (select count(*)::int from letter l where l.purchase_id = p.id and l.kind = 'welcome') as letters,
       (select l.state from letter l where l.purchase_id = p.id and l.kind = 'welcome') as letter,
       (select count(*)::int from webhook_event e where e.object_id = p.session_id and e.handled_at is null) as open
     from purchase p where p.session_id = $1`,
    [sessionId],
  )
async function isWhole({ email, sessionId }: { email: string; sessionId: string }) {
  await until(`order ${sessionId} settled, mailed and stamped`, async () => {
    const [row] = await rows(sessionId)
    return row?.state === 'paid' && row.open === 0 && row.letter !== 'queued' && (await world.mails(email)).length > 0
  })
  expect(await rows(sessionId)).toMatchObject([{ state: 'paid', active: 1, letters: 1 }])
  expect(await world.mails(email)).toHaveLength(1)
}

test.each(['settle.before-commit', 'settle.after-commit', 'mail.before-send', 'mail.after-accept'])(
  'a worker killed at %s leaves one grant and one mail',
  async (point) => {
    const worker = await world.start('worker', { WERKSTATT_CRASH_AT: point })
    const bought = await order()
    await pay(bought.sessionId)
    await until(`the worker dies at ${point}`, () => !worker.running)
    const next = await world.start('worker')
    await isWhole(bought)
    await next.kill('SIGTERM')
  },
)

test('an event stored while no worker lives is worked when one comes', async () => {
  const bought = await order()
  await pay(bought.sessionId)
  await until('the event is stored', async () => {
    const stored = await world.ctx.inbox.list({ source: 'stripe', open: true, limit: 50 })
    return stored.some(({ objectId }) => objectId === bought.sessionId)
  })
  expect(await rows(bought.sessionId)).toEqual([])
  const worker = await world.start('worker')
  await isWhole(bought)
  await worker.kill('SIGTERM')
})

test('ten parallel copies of every delivery change nothing', async () => {
  await world.fault('stripe', { kind: 'duplicate', copies: 10 })
  const worker = await world.start('worker')
  const bought = [await order(), await order(), await order()]
  await Promise.all(bought.map(({ sessionId }) => pay(sessionId)))
  for (const one of bought) await isWhole(one)
  await world.clearFaults('stripe')
  await worker.kill('SIGTERM')
})
