import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { doctor } from '#cli/doctor.ts'
import { openWorld, type World } from '../../kit/world.ts'

/** The doctor asks the emulators as it would ask the real services: every key is set, so nothing counts as emulated. */

let world: World
beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
})
afterAll(() => world?.close())

async function examine(change: Record<string, string>): Promise<{ code: number; text: string }> {
  const lines: string[] = []
  const print = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)))
  const code = await doctor({ ...world.env, ...change }).finally(() => print.mockRestore())
  return { code, text: lines.join('\n') }
}

const sender = { MAIL_FROM: 'Die Werkstatt <post@werkstatt.test>' }

test('names the fix of each wrong key, and ends with 1', async () => {
  const { code, text } = await examine({
    ...sender,
    STRIPE_SECRET_KEY: 'sk_test_wrong',
    RESEND_API_KEY: 're_wrong',
    BUNNY_STREAM_ACCESS_KEY: 'wrong',
  })
  expect(code).toBe(1)
  for (const name of ['STRIPE_SECRET_KEY', 'RESEND_API_KEY', 'BUNNY_STREAM_ACCESS_KEY'])
    expect(text).toMatch(new RegExp(`Fix: .*${name}`))
})

test('sees a price that is not there, a wrong token key, a missing sender', async () => {
  const { code, text } = await examine({
    STRIPE_PRICE_ID_LIVE_EUR: 'price_gone',
    BUNNY_TOKEN_KEY: 'wrong',
    MAIL_FROM: '',
  })
  expect(code).toBe(1)
  expect(text).toContain('The price price_gone does not exist')
  expect(text).toContain('The CDN refuses our signature')
  expect(text).toContain('MAIL_FROM is missing')
})

test('finds the schema current, and a database that is away', async () => {
  expect((await examine(sender)).text).toMatch(/ok {5}database +PostgreSQL [\d.]+.*schema current/)
  const { code, text } = await examine({ ...sender, DATABASE_URL: 'postgres://a:hidden@127.0.0.1:9/x' })
  expect(code).toBe(1)
  expect(text).toContain('ECONNREFUSED')
  expect(text).not.toContain('hidden')
})

test('says what a missing optional secret costs, without calling it broken', async () => {
  const { text } = await examine({ ...sender, RESEND_WEBHOOK_SECRET: '' })
  expect(text).toMatch(/weak.*RESEND_WEBHOOK_SECRET/)
})

test('a setting of the wrong form is the one finding', async () => {
  const { code, text } = await examine({ JWT_SECRET: 'short' })
  expect(code).toBe(1)
  expect(text).toContain('JWT_SECRET')
  expect(text).toContain('openssl rand')
})
