import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Resend } from 'resend'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type ResendConfig, type ResendEmulator, startResend } from '#emulators/resend.ts'

const apiKey = 're_test_emulator'
const webhookSecret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`
const dataDir = mkdtempSync(path.join(tmpdir(), 'emulator-resend-'))
const received: { headers: http.IncomingHttpHeaders; body: string }[] = []
let shopAnswers = 200
const shop = http.createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(shopAnswers).end()
  })
})
let config: ResendConfig
let emulator: ResendEmulator
let resend: Resend

beforeAll(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const { port } = shop.address() as { port: number }
  config = { port: 0, apiKey, webhookSecret, webhookUrl: `http://127.0.0.1:${port}/api/webhook/resend` }
  emulator = await startResend(config, dataDir)
  resend = new Resend(apiKey, { baseUrl: emulator.url })
})
afterEach(async () => {
  await fetch(`${emulator.url}/_reset`, { method: 'POST' })
  received.length = 0
  shopAnswers = 200
})
afterAll(async () => {
  await emulator.close()
  shop.close()
  rmSync(dataDir, { recursive: true })
})

const letter = (to: string, extra: object = {}) => ({
  from: 'Werkstatt <werkstatt@localhost.test>',
  to,
  subject: 'Dein Zugang',
  html: '<p>Hallo <a href="http://127.0.0.1:3000/anmelden/link?token=a&amp;b=1">hier entlang</a></p>',
  text: 'Hallo: http://127.0.0.1:3000/anmelden/link?token=a',
  ...extra,
})
const fault = (input: object) => fetch(`${emulator.url}/_faults`, { method: 'POST', body: JSON.stringify(input) })
const inbox = async (to = '') => (await fetch(`${emulator.url}/inbox.json?to=${encodeURIComponent(to)}`)).json()
const state = async () => (await fetch(`${emulator.url}/_state`)).json()
const types = () => received.map((delivery) => JSON.parse(delivery.body).type)

async function until(check: () => boolean | Promise<boolean>, ms = 8000) {
  const end = Date.now() + ms
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`Not within ${ms} ms; deliveries so far: ${types().join(', ')}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('a mail goes by SMTP into the inbox, and signed events tell the shop', async () => {
  const sent = await resend.emails.send(letter('max@example.de', { tags: [{ name: 'letter', value: 'l-1' }] }), {
    idempotencyKey: 'outbox/1',
  })
  expect(sent.error).toBeNull()
  await until(() => types().includes('email.delivered'))
  expect(types().sort()).toEqual(['email.delivered', 'email.sent'])
  const [mail] = await inbox('max@example.de')
  expect(mail).toMatchObject({
    state: 'delivered',
    idempotencyKey: 'outbox/1',
    tags: { letter: 'l-1' },
    received: true,
  })
  expect(mail.links).toContain('http://127.0.0.1:3000/anmelden/link?token=a&b=1')
  const { data } = await resend.emails.get(sent.data?.id ?? '')
  expect(data).toMatchObject({ last_event: 'delivered', subject: 'Dein Zugang' })
  const { data: listed } = await resend.emails.list()
  expect(listed?.data.map((item) => item.id)).toEqual([sent.data?.id])

  const delivery = received[0]
  const event = resend.webhooks.verify({
    payload: delivery?.body ?? '',
    headers: {
      id: String(delivery?.headers['svix-id']),
      timestamp: String(delivery?.headers['svix-timestamp']),
      signature: String(delivery?.headers['svix-signature']),
    },
    webhookSecret,
  })
  expect(event).toMatchObject({ data: { email_id: sent.data?.id, tags: { letter: 'l-1' } } })
})

test('wrong and missing keys are turned away', async () => {
  const wrong = await new Resend('re_other', { baseUrl: emulator.url }).emails.send(letter('a@example.de'))
  expect(wrong.error).toMatchObject({ statusCode: 403, name: 'invalid_api_key' })
  const none = await fetch(`${emulator.url}/emails`, { method: 'POST', body: '{}' })
  expect([none.status, (await none.json()).name]).toEqual([401, 'missing_api_key'])
})

test.each([
  ['no recipient', { to: [] }, 422, 'missing_required_field'],
  ['a broken recipient', { to: 'a@b@c' }, 422, 'validation_error'],
  ['two in one', { to: 'a@b.de,c@d.de' }, 422, 'validation_error'],
  ['a broken sender', { from: 'nobody' }, 422, 'invalid_from_address'],
  ['an unverified sender', { from: 'a@unbestaetigt.test' }, 403, 'validation_error'],
  ['a bad tag', { tags: [{ name: 'ä', value: 'x' }] }, 422, 'validation_error'],
  ['no subject', { subject: '' }, 422, 'missing_required_field'],
])('%s is refused', async (_name, change, statusCode, name) => {
  const { error } = await resend.emails.send(letter('a@example.de', change))
  expect(error).toMatchObject({ statusCode, name })
  expect(await inbox()).toEqual([])
})

test('one key, one mail: repeated, changed, at the same time', async () => {
  const options = { idempotencyKey: 'k' }
  const first = await resend.emails.send(letter('a@example.de'), options)
  const again = await resend.emails.send(letter('a@example.de'), options)
  expect(again.data).toEqual(first.data)
  const changed = await resend.emails.send(letter('a@example.de', { subject: 'Anders' }), options)
  expect(changed.error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' })
  await fault({ kind: 'delay', on: 'api', ms: 200, times: 1 })
  const slow = resend.emails.send(letter('b@example.de'), { idempotencyKey: 'slow' })
  await new Promise((resolve) => setTimeout(resolve, 50))
  const meanwhile = await resend.emails.send(letter('b@example.de'), { idempotencyKey: 'slow' })
  expect(meanwhile.error).toMatchObject({ statusCode: 409, name: 'concurrent_idempotent_requests' })
  expect((await slow).error).toBeNull()
  const bad = await resend.emails.send(letter('a@example.de'), { idempotencyKey: 'x'.repeat(257) })
  expect(bad.error).toMatchObject({ statusCode: 400, name: 'invalid_idempotency_key' })
  expect((await state()).mails).toHaveLength(2)
})

test('an answer lost after the work: the same key finds the mail that was sent', async () => {
  for (const [index, input] of [
    { kind: 'cut' },
    { kind: 'reset', when: 'after' },
    { kind: 'status', status: 500, when: 'after' },
  ].entries()) {
    await fault({ ...input, times: 1 })
    const lost = await resend.emails.send(letter('a@example.de'), { idempotencyKey: `lost-${index}` })
    expect(lost.error?.name).toMatch(/application_error|internal_server_error/)
    const retry = await resend.emails.send(letter('a@example.de'), { idempotencyKey: `lost-${index}` })
    expect(retry.error).toBeNull()
    expect((await state()).mails).toHaveLength(index + 1)
  }
})

test('a call refused before the work frees its key', async () => {
  await fault({ kind: 'status', status: 429, code: 'daily_quota_exceeded', times: 1 })
  const options = { idempotencyKey: 'quota' }
  const refused = await resend.emails.send(letter('a@example.de'), options)
  expect(refused.error).toMatchObject({ statusCode: 429, name: 'daily_quota_exceeded' })
  expect((await resend.emails.send(letter('a@example.de', { subject: 'Neu' }), options)).error).toBeNull()
})

test('addresses decide: gone, complaining, blocked', async () => {
  await resend.emails.send(letter('weg@example.de'))
  await resend.emails.send(letter('bouncedsomehow@example.de'))
  await resend.emails.send(letter('beschwerde@example.de'))
  await resend.emails.send(letter('gesperrt@example.de'))
  await until(() => ['email.complained', 'email.suppressed'].every((type) => types().includes(type)))
  await until(() => types().filter((type) => type === 'email.bounced').length === 2)
  const bounce = received.map((delivery) => JSON.parse(delivery.body)).find((event) => event.type === 'email.bounced')
  expect(bounce.data.bounce).toMatchObject({ type: 'Permanent', diagnosticCode: [expect.stringContaining('550')] })
  expect((await state()).suppressions.sort()).toEqual([
    'beschwerde@example.de',
    'bouncedsomehow@example.de',
    'weg@example.de',
  ])
  expect((await resend.emails.send(letter('Weg@example.de'))).error).toBeNull()
  await until(async () => (await inbox('Weg@example.de'))[0].state === 'suppressed')
  const lifted = await resend.suppressions.remove('weg@example.de')
  expect(lifted.error).toBeNull()
})

test('a full mailbox is delayed, then given up; a busy one is delayed, then delivered', async () => {
  await resend.emails.send(letter('voll@example.de'))
  await resend.emails.send(letter('spaeter@example.de'))
  await until(async () => (await state()).idle)
  expect((await inbox('voll@'))[0].history).toEqual([
    'queued',
    'sent',
    'delivery_delayed',
    'delivery_delayed',
    'bounced',
  ])
  expect((await inbox('spaeter@'))[0].history).toEqual(['queued', 'sent', 'delivery_delayed', 'delivered'])
  expect((await state()).suppressions).toEqual([])
})

test('a batch is all or nothing, or permissive', async () => {
  const messages = [letter('a@example.de'), letter('nonsense')]
  const strict = await resend.batch.send(messages)
  expect(strict.error).toMatchObject({ statusCode: 422 })
  expect(await inbox()).toEqual([])
  const permissive = await resend.batch.send(messages, { batchValidation: 'permissive' })
  expect(permissive.data).toMatchObject({ data: [{ id: expect.any(String) }], errors: [{ index: 1 }] })
})

test('the rate limit is on every answer and can be switched on', async () => {
  expect((await resend.emails.list()).headers).toMatchObject({ 'ratelimit-limit': '1000000' })
  const limit = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"perSecond":2}' }
  await fetch(`${emulator.url}/_limits`, limit)
  const answers = await Promise.all(Array.from({ length: 6 }, () => resend.emails.send(letter('a@example.de'))))
  const refused = answers.filter((answer) => answer.error?.name === 'rate_limit_exceeded')
  expect(refused.length).toBeGreaterThanOrEqual(2)
  expect(refused[0]?.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '0', 'retry-after': '1' })
})

test('a refused event comes again with the same id and a signature of its own; dropped ones never come', async () => {
  shopAnswers = 500
  await resend.emails.send(letter('a@example.de'))
  await until(() => received.length >= 2)
  shopAnswers = 200
  await until(() => received.length >= 4)
  expect(new Set(received.map((delivery) => delivery.headers['svix-id'])).size).toBe(2)
  await until(async () => (await state()).idle)
  received.length = 0
  await fault({ kind: 'drop', match: 'email.sent' })
  await resend.emails.send(letter('b@example.de'))
  await until(async () => types().includes('email.delivered') && (await state()).idle)
  expect(types()).toEqual(['email.delivered'])
})

test('mails, keys and suppressions survive a restart', async () => {
  const sent = await resend.emails.send(letter('a@example.de'), { idempotencyKey: 'kept' })
  await resend.emails.send(letter('weg@example.de'))
  await until(async () => (await state()).suppressions.length === 1 && (await state()).idle)
  await emulator.close()
  emulator = await startResend(config, dataDir)
  resend = new Resend(apiKey, { baseUrl: emulator.url })
  const again = await resend.emails.send(letter('a@example.de'), { idempotencyKey: 'kept' })
  expect(again.data).toEqual(sent.data)
  expect((await state()).mails).toHaveLength(2)
  expect((await state()).suppressions).toEqual(['weg@example.de'])
})

test('the inbox shows the mail in a frame without scripts, in German', async () => {
  await resend.emails.send(letter('max@example.de', { html: '<p>Guten Tag</p><script>alert(1)</script>' }))
  await until(async () => (await inbox('max@'))[0]?.state === 'delivered')
  const list = await (await fetch(`${emulator.url}/inbox`)).text()
  expect(list).toContain('zugestellt')
  const [mail] = await inbox('max@')
  const shown = await (await fetch(`${emulator.url}/inbox/${mail.id}`)).text()
  expect(shown).toContain('sandbox="allow-top-navigation-by-user-activation allow-popups"')
  expect(shown).toContain('&lt;p&gt;Guten Tag')
  expect(shown).not.toContain('<script>')
  expect((await fetch(`${emulator.url}/inbox/nonsense`)).status).toBe(404)
})

test('it does not run beside a public shop', async () => {
  await expect(startResend({ ...config, webhookUrl: 'https://kurs.example.de/x' }, dataDir)).rejects.toThrow('loopback')
})
