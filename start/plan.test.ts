import { expect, test } from 'vitest'
import { intend, plan, portsOf } from './plan.ts'

const secrets = {
  jwtSecret: 'generated-secret-of-more-than-32-characters',
  databasePassword: 'generated-database-password',
  stripe: { secretKey: 'sk_test_generated', webhookSecret: 'whsec_generated' },
  resend: { apiKey: 're_generated', webhookSecret: 'whsec_generated' },
  bunny: { libraryId: '1', accessKey: 'access', readOnlyKey: 'read', tokenKey: 'token' },
}
const planned = (raw: Record<string, string>) => plan(intend(raw, false), secrets, 'postgres://x/y')

test('without settings all three are emulated on the ports after the website', () => {
  const intent = intend({ PORT: '4000' }, false)
  expect(portsOf(intent).map(({ port }) => port)).toEqual([4000, 4001, 4002, 4003])
  expect(intent.everywhere).toBe(false)
  expect(intent.adminEmails).toEqual(['betreiber@werkstatt.test'])
})

test('children get the emulators where real addresses would be', () => {
  const { environment, emulators } = planned({ PORT: '4000' })
  expect(environment.STRIPE_API_BASE_URL).toBe('http://127.0.0.1:4001')
  expect(environment.STRIPE_SECRET_KEY).toBe('sk_test_generated')
  expect(environment.WERKSTATT_EMULATED).toBe('stripe,resend,bunny')
  expect(environment.JWT_SECRET).toBe(secrets.jwtSecret)
  expect(Object.keys(emulators)).toEqual(['dataDir', 'stripe', 'resend', 'bunny'])
  expect((emulators.bunny as { videos: unknown[] }).videos).toHaveLength(75)
})

test('an emulator steps aside for real keys, and the key reaches the children untouched', () => {
  const { environment, emulators, emulated } = planned({ RESEND_API_KEY: 're_real', MAIL_FROM: 'a@b.de' })
  expect(emulated).toEqual(['stripe', 'bunny'])
  expect(environment.RESEND_API_KEY).toBe('re_real')
  expect(environment.RESEND_BASE_URL).toBe('')
  expect(emulators.resend).toBeUndefined()
})

test('every setting we know is handed on, absent ones empty, so that Next fills none from a file', () => {
  const { environment } = planned({})
  expect(environment.JWT_SECRET_PREVIOUS).toBe('')
  expect(environment.DATABASE_URL).toBe('postgres://x/y')
})

test('a live key needs its own JWT_SECRET and a named operator', () => {
  const live = {
    STRIPE_SECRET_KEY: 'sk_live_1',
    STRIPE_WEBHOOK_SECRET: 'whsec_1',
    STRIPE_PRICE_ID_LIVE_EUR: 'price_1',
    RESEND_API_KEY: 're_1',
    BUNNY_STREAM_LIBRARY_ID: '1',
    BUNNY_STREAM_ACCESS_KEY: 'a',
    NEXT_PUBLIC_SITE_URL: 'https://kurs.example.de',
  }
  const complete = { ...live, JWT_SECRET: 'x'.repeat(32) }
  expect(() => intend(live, false, [])).toThrow('JWT_SECRET')
  expect(() => intend(complete, false, ['street'])).toThrow(/operator\.json.*street/)
  const intent = intend(complete, false, [])
  expect(intent.emulated).toEqual([])
  expect(intent.everywhere).toBe(true)
  expect(portsOf(intent)).toHaveLength(1)
})
