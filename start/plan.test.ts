import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { intend, plan, tcpPortsOf } from './plan.ts'
import { root } from './settings.ts'
import { unfinishedContent } from './unfinished.ts'

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
  expect(tcpPortsOf(intent).map(({ port }) => port)).toEqual([4000, 4001, 4002, 4003])
  expect(intent.host).toBe('127.0.0.1')
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

test('children are told how much their paper thread may take, as the machine or the setting has it', () => {
  const paperOf = (setting: string) => planned({ WERKSTATT_MEMORY_MB: setting }).environment.WERKSTATT_PAPER_MB
  expect([paperOf('512'), paperOf('6400'), paperOf('65536')]).toEqual(['320', '400', '512'])
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

const live = {
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  STRIPE_PRICE_ID_LIVE_EUR: 'price_1',
  RESEND_API_KEY: 're_1',
  BUNNY_STREAM_LIBRARY_ID: '1',
  BUNNY_STREAM_ACCESS_KEY: 'a',
  NEXT_PUBLIC_SITE_URL: 'https://kurs.example.de',
}
const complete = {
  ...live,
  JWT_SECRET: 'x'.repeat(32),
  ADMIN_EMAILS: 'ich@example.de',
  MAIL_FROM: 'Werkstatt <post@example.de>',
}
const finished = () => []

test('a live key with everything starts for a proxy on this machine, without emulators', () => {
  const intent = intend(complete, false, finished)
  expect(intent.emulated).toEqual([])
  expect(intent.host).toBe('127.0.0.1')
  expect(tcpPortsOf(intent)).toHaveLength(1)
})

test('the website listens where HOST says, but emulated services never leave this machine', () => {
  expect(intend({ ...complete, HOST: '0.0.0.0' }, false, finished).host).toBe('0.0.0.0')
  expect(() => intend({ HOST: '0.0.0.0' }, false)).toThrow('HOST=0.0.0.0')
  expect(() => intend({ ...complete, HOST: 'mein-rechner' }, false, finished)).toThrow('The setting HOST')
})

test.each(['10.0.0.0/33', '10.0.0', 'fd00::/129', '10.0.0.0/8/8', 'proxy'])('%s is no range of proxies', (ranges) => {
  expect(() => intend({ ...complete, TRUSTED_PROXIES: ranges }, false, finished)).toThrow('TRUSTED_PROXIES')
})

test.each([
  ['ADMIN_EMAILS', 'kaputt'],
  ['ADMIN_EMAILS', 'mara@example.de, tim@'],
  ['ADMIN_EMAILS', 'müller@example.de'],
  ['MAIL_FROM', 'Die Werkstatt'],
  ['MAIL_FROM', 'Die Werkstatt <werkstatt>'],
  ['MAIL_REPLY_TO', 'a@b@c.de'],
])('%s=%s is refused by name, with the form it wants', (name, value) => {
  expect(() => intend({ ...complete, [name]: value }, false, finished)).toThrow(
    `The setting ${name} is not usable. Give`,
  )
})

test('operators and senders are taken in every usual form', () => {
  const fine = {
    ADMIN_EMAILS: 'mara+kurs@example.de, Post@Müller.de,',
    MAIL_FROM: '"Die Werkstatt, Köln" <post@müller.de>',
    MAIL_REPLY_TO: 'mara@example.de',
  }
  expect(() => intend({ ...complete, ...fine }, false, finished)).not.toThrow()
})

test.each(['JWT_SECRET', 'ADMIN_EMAILS', 'MAIL_FROM', 'NEXT_PUBLIC_SITE_URL'] as const)(
  'a live key without %s is refused by name',
  (name) => {
    const { [name]: _, ...rest } = complete
    expect(() => intend(rest, false, finished)).toThrow(name)
  },
)

test('a live key on an unencrypted public site is refused', () => {
  const open = { ...complete, NEXT_PUBLIC_SITE_URL: 'http://kurs.example.de' }
  expect(() => intend(open, false, finished)).toThrow('NEXT_PUBLIC_SITE_URL')
})

test('everything missing is named at once, settings and texts', () => {
  const owed = () => ['street in content/operator.json', 'content/legal/agb.md']
  expect(() => intend(live, false, owed)).toThrow(
    /^A live Stripe key is set.*JWT_SECRET.*ADMIN_EMAILS.*MAIL_FROM.*street in content\/operator\.json.*agb\.md.*\.$/,
  )
})

test('a test key beside unfinished texts starts', () => {
  expect(intend({ ...live, STRIPE_SECRET_KEY: 'sk_test_1' }, false, () => ['street']).emulated).toEqual([])
})

test('the texts of this tree owe their placeholders, and a folder without them owes every page', () => {
  const owed = unfinishedContent()
  expect(owed).toContain('street in content/operator.json')
  expect(owed.filter((one) => one.includes('content/legal/'))).toEqual([])
  const folder = mkdtempSync(path.join(tmpdir(), 'werkstatt-texts-'))
  cpSync(path.join(root, 'content'), path.join(folder, 'content'), {
    recursive: true,
    filter: (source) => !/\/\d\d-/.test(source),
  })
  rmSync(path.join(folder, 'content/legal/agb.md'))
  writeFileSync(path.join(folder, 'content/legal/impressum.md'), ' \n')
  writeFileSync(path.join(folder, 'content/legal/widerruf.md'), 'Sie haben [[n]] Tage.')
  writeFileSync(
    path.join(folder, 'content/consent.json'),
    JSON.stringify({ version: 'x', startNow: 'a', acknowledgesLoss: 'b' }),
  )
  expect(unfinishedContent(folder).filter((one) => /legal|consent/.test(one))).toEqual([
    'content/legal/impressum.md',
    'content/legal/agb.md',
    '[[n]] in content/legal/widerruf.md',
    expect.stringContaining('versions.consent'),
  ])
  rmSync(folder, { recursive: true })
})
