import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBunny } from '#emulators/bunny.ts'
import { startResend } from '#emulators/resend.ts'
import { startStripe } from '#emulators/stripe.ts'
import { knock } from '../../kit/raw.ts'
import { secrets } from '../../kit/worldSettings.ts'

/** What a page on the internet may make the operator's browser ask of the emulators: nothing that changes anything. */

const services = ['stripe', 'resend', 'bunny'] as const
const running = {} as Record<(typeof services)[number], { url: string; close(): Promise<void> }>
const dataDir = mkdtempSync(path.join(tmpdir(), 'emulator-door-'))
const webhookUrl = 'http://127.0.0.1:9/api/webhook'

beforeAll(async () => {
  const price = { id: 'price_1', lookupKey: 'kurs_eur', unitAmount: 100, currency: 'eur', productName: 'Kurs' }
  const { stripeKey, stripeWebhook, resendKey, resendWebhook } = secrets
  running.stripe = await startStripe(
    { port: 0, secretKey: stripeKey, webhookSecret: stripeWebhook, webhookUrl, price },
    dataDir,
  )
  running.resend = await startResend({ port: 0, apiKey: resendKey, webhookSecret: resendWebhook, webhookUrl }, dataDir)
  running.bunny = await startBunny({ port: 0, ...secrets.bunny, webhookUrl, videos: [] }, dataDir)
})
afterAll(async () => {
  for (const one of Object.values(running)) await one.close()
  rmSync(dataDir, { recursive: true, force: true })
})

type Headers = Record<string, string>
const foreign: [string, (host: string) => Headers][] = [
  ['another site, by fetch or form', () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })],
  [
    'the shop or any other port of this machine',
    () => ({ 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' }),
  ],
  ['a browser that sends no Sec-Fetch-Site', () => ({ origin: 'https://evil.example' })],
  ['a frame without an origin', () => ({ origin: 'null' })],
  ['our own origin by the other scheme', (host) => ({ origin: `https://${host}` })],
]
const own: [string, (host: string) => Headers][] = [
  ['a program', () => ({})],
  ['the emulator’s own page', (host) => ({ 'sec-fetch-site': 'same-origin', origin: `http://${host}` })],
  ['its own page in a browser without Sec-Fetch-Site', (host) => ({ origin: `http://${host}` })],
  ['a page that hides its address', () => ({ 'sec-fetch-site': 'same-origin', origin: 'null' })],
]

const addFault = async (url: string, headers: (host: string) => Headers) => {
  const { host } = new URL(url)
  const body = JSON.stringify({ kind: 'drop' })
  // A foreign form can send no JSON type; the door must not rely on that.
  return (
    await knock(url, 'POST', '/_faults', { headers: { host, 'content-type': 'text/plain', ...headers(host) }, body })
  ).status
}
const faults = async (url: string) => (await (await fetch(`${url}/_faults`)).json()) as unknown[]

describe.each(services)('%s', (service) => {
  test.each(foreign)('%s changes nothing', async (_, headers) => {
    const { url } = running[service]
    const before = await faults(url)
    expect(await addFault(url, headers)).toBe(403)
    expect(await faults(url)).toEqual(before)
  })

  test.each(own)('%s is served', async (_, headers) => {
    expect(await addFault(running[service].url, headers)).toBe(201)
  })

  test('a name that somebody else lets point here is not answered', async () => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80'])
      for (const method of ['GET', 'POST'])
        expect((await knock(running[service].url, method, '/_state', { headers: { host } })).status).toBe(421)
  })

  test('links from elsewhere still open its pages', async () => {
    const { url } = running[service]
    const { host } = new URL(url)
    const headers = { host, 'sec-fetch-site': 'cross-site' }
    expect((await knock(url, 'GET', '/_faults/page', { headers })).status).toBe(200)
  })
})

test('an upload comes from the shop’s page and is judged by its signature', async () => {
  const { url } = running.bunny
  const headers = {
    host: new URL(url).host,
    'sec-fetch-site': 'same-site',
    origin: 'http://localhost:3000',
    'tus-resumable': '1.0.0',
  }
  expect((await knock(url, 'POST', '/tusupload', { headers })).status).toBe(401)
  // Nothing else hides behind the name.
  expect((await knock(url, 'POST', '/tusupload/../_reset', { headers })).status).toBe(403)
})
