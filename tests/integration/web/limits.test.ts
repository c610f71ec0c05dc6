import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askAddressChange } from '#domain/access/addressChange/askAddressChange.ts'
import { confirmAddressChange } from '#domain/access/addressChange/confirmAddressChange.ts'
import { consumeCode } from '#domain/access/consumeCode.ts'
import { consumeLink } from '#domain/access/consumeLink.ts'
import { endAllSessions } from '#domain/access/endAllSessions.ts'
import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { openSession } from '#domain/access/openSession.ts'
import { rememberBrowser } from '#domain/access/rememberBrowser.ts'
import { sendMagicLink } from '#domain/access/sendMagicLink.ts'
import { insertLoginToken } from '#domain/access/store.ts'
import { workLoginRequest } from '#domain/access/workLoginRequest.ts'
import { publicCertificate } from '#domain/learning/certificate/publicCertificate.ts'
import { numberFrom } from '#domain/learning/certificate/rules.ts'
import { playLesson } from '#domain/learning/playLesson.ts'
import { endReleaseMails } from '#domain/learning/settings/endReleaseMails.ts'
import { correctAddress } from '#domain/sales/address/correctAddress.ts'
import { type OpenCheckoutInput, openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { claimAccess } from '#domain/sales/claim/claimAccess.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { declareWithdrawal } from '#domain/sales/withdrawal/declareWithdrawal.ts'
import { AppError } from '#errors'
import type { Ctx, LimitName } from '#ports'
import { viewerBehind } from '#tests/kit/viewer.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'

/** A limit that several people share is spent only by a request that could have succeeded (docs/limits.md). */

let counter: Counter
let ctx: Ctx
/** What was spent since the last look, in order. */
let spent: LimitName[] = []
/** Limits that refuse at the moment. */
const full = new Set<LimitName>()

beforeAll(async () => {
  counter = await openCounter()
  const { limits } = counter.ctx
  ctx = {
    ...counter.ctx,
    limits: {
      consume: async (name, key) => {
        spent.push(name)
        if (full.has(name)) throw new AppError('rate_limited', name, { retryAfter: 900 })
        await limits.consume(name, key)
      },
    },
  }
})
afterAll(() => counter?.close())

const fresh = () => `p${randomBytes(6).toString('hex')}@example.de`
const ip = () => `10.${[...randomBytes(3)].join('.')}`
const codeOf = (work: Promise<unknown>) => work.then(() => 'done').catch((error: AppError) => error.code)

/** What this work spends, and how it ends. */
async function spending(work: () => Promise<unknown>): Promise<[string, LimitName[]]> {
  spent = []
  const end = await codeOf(work())
  return [end, spent]
}

async function withFull<T>(names: LimitName[], work: () => Promise<T>): Promise<T> {
  for (const name of names) full.add(name)
  try {
    return await work()
  } finally {
    full.clear()
  }
}

async function person(): Promise<{ email: string; personId: string; known: string }> {
  const email = fresh()
  const { personId } = await findOrCreatePerson(ctx, { email, createdBy: 'test' })
  return { email, personId, known: (await rememberBrowser(ctx, personId, null)) ?? '' }
}

/** A login letter that a browser asked for, as the job writes it. */
async function letter(personId: string): Promise<{ browserHash: string; code: string; token: string }> {
  const [id, browserHash] = [ctx.ids.uuid(), ctx.ids.secret()]
  const { tokens } = ctx
  const [token, code] = [tokens.linkToken(id, tokens.linkKeyId), tokens.loginCode(id, tokens.linkKeyId)]
  await insertLoginToken(ctx, {
    id,
    personId,
    purpose: 'login',
    tokenHash: tokens.sha256(token),
    codeHash: tokens.codeHash(id, code),
    browserHash,
    createdAt: new Date(),
    expiresAt: new Date(Date.now() + 900_000),
  })
  return { browserHash, code, token }
}

const device = 'Test'
const ask = (email: string, known: string | null = null) =>
  sendMagicLink(ctx, { email, known, browserHash: 'x', ip: ip() })
const wrong = (code: string) => (code === '000000' ? '111111' : '000000')

test('guesses that no letter stands behind spend nobody’s guesses', async () => {
  const { personId } = await person()
  const { browserHash, code } = await letter(personId)
  const guess = (input: { code: string; browserHash: string | null }) => () =>
    consumeCode(ctx, { device, ip: ip(), ...input })
  expect(await spending(guess({ code: '123456', browserHash: null }))).toEqual(['code_wrong', []])
  expect(await spending(guess({ code: '123456', browserHash: 'invented' }))).toEqual(['code_wrong', []])
  expect(await spending(guess({ code: 'kein Code', browserHash }))).toEqual(['code_wrong', []])
  const both: LimitName[] = ['code_guess_per_ip', 'code_guess_global']
  for (let tries = 0; tries < 5; tries++)
    expect(await spending(guess({ code: wrong(code), browserHash }))).toEqual(['code_wrong', both])
  expect(await spending(guess({ code, browserHash }))).toEqual(['code_wrong', []])
})

test('a network that may not guess leaves the guesses of all alone, and a known browser goes on without them', async () => {
  const { personId, known } = await person()
  const first = await letter(personId)
  await withFull(['code_guess_per_ip'], async () =>
    expect(await spending(() => consumeCode(ctx, { ...first, device, ip: ip() }))).toEqual([
      'rate_limited',
      ['code_guess_per_ip'],
    ]),
  )
  await withFull(['code_guess_global'], async () => {
    expect(await codeOf(consumeCode(ctx, { ...first, device, ip: ip() }))).toBe('rate_limited')
    const strangers = (await person()).known
    expect(await codeOf(consumeCode(ctx, { ...first, known: strangers, device, ip: ip() }))).toBe('rate_limited')
    expect(await codeOf(consumeCode(ctx, { ...first, known, device, ip: ip() }))).toBe('done')
  })
})

test('only tokens that open nothing are counted, and one that opens is never held up', async () => {
  const { personId } = await person()
  const { token } = await letter(personId)
  const malformed = { token: 'kurz', device, ip: ip() }
  expect(await spending(() => consumeLink(ctx, malformed))).toEqual(['link_unusable', []])
  expect(await spending(() => confirmAddressChange(ctx, malformed))).toEqual(['link_unusable', []])
  const invented = { token: 'x'.repeat(43), device, ip: ip() }
  expect(await spending(() => consumeLink(ctx, invented))).toEqual(['link_unusable', ['link_guess_per_ip']])
  expect(await spending(() => confirmAddressChange(ctx, invented))).toEqual(['link_unusable', ['link_guess_per_ip']])
  expect(await spending(() => endReleaseMails(ctx, invented))).toEqual(['link_unusable', ['link_guess_per_ip']])
  await withFull(['link_guess_per_ip'], async () => {
    expect(await codeOf(consumeLink(ctx, { token, device, ip: ip() }))).toBe('done')
    const off = ctx.tokens.mailOffToken(personId, ctx.tokens.linkKeyId)
    expect(await codeOf(endReleaseMails(ctx, { token: off, ip: ip() }))).toBe('done')
    expect(await codeOf(consumeLink(ctx, invented))).toBe('rate_limited')
  })
})

test('letters that will not be written spend no letter of the address', async () => {
  const { email } = await person()
  expect(await spending(() => ask('keine Adresse'))).toEqual(['invalid_input', []])
  const token = 'z'.repeat(43)
  expect(await spending(() => sendMagicLink(ctx, { linkToken: token, browserHash: 'x', ip: ip() }))).toEqual([
    'link_unusable',
    ['link_guess_per_ip'],
  ])
  await withFull(['login_letter_per_address'], async () =>
    expect((await spending(() => ask(email)))[1]).toEqual(['login_letter_per_ip', 'login_letter_per_address']),
  )
  await withFull(['login_letter_per_ip'], async () =>
    expect((await spending(() => ask(email)))[1]).toEqual(['login_letter_per_ip']),
  )
  await withFull(['claim_per_address'], async () =>
    expect((await spending(() => claimAccess(ctx, { email, browserHash: 'x', ip: ip() })))[1]).toEqual([
      'claim_per_ip',
      'claim_day_per_ip',
      'claim_per_address',
    ]),
  )
  expect(await spending(() => claimAccess(ctx, { email: 'x', browserHash: 'x', ip: ip() }))).toEqual([
    'invalid_input',
    [],
  ])
})

test('strangers use up an address, and the browser that knows it goes on: five letters a day, until all sessions end', async () => {
  const { email, personId, known } = await person()
  for (let letters = 0; letters < 3; letters++) expect(await codeOf(ask(email))).toBe('done')
  expect(await codeOf(ask(email))).toBe('rate_limited')
  for (let letters = 0; letters < 5; letters++)
    expect(await spending(() => ask(email, known))).toEqual(['done', ['login_letter_known_browser']])
  expect(await codeOf(ask(email, known))).toBe('rate_limited')
  // Another of the person's browsers has its own; a new login here keeps what this one has used.
  expect(await codeOf(ask(email, await rememberBrowser(ctx, personId, known)))).toBe('rate_limited')
  const phone = await rememberBrowser(ctx, personId, null)
  expect(await codeOf(ask(email, phone))).toBe('done')
  await endAllSessions(ctx, personId)
  expect(await codeOf(ask(email, phone))).toBe('rate_limited')
})

test('a browser is known for the addresses that logged in there, for 180 days, and nobody can forge that', async () => {
  const [one, two] = [await person(), await person()]
  const both = (await rememberBrowser(ctx, two.personId, one.known)) ?? ''
  expect(both).not.toContain('@')
  const asKnown = async (email: string, known: string, at: Ctx = ctx) => {
    spent = []
    await sendMagicLink(at, { email, known, browserHash: 'x', ip: ip() })
    return spent[0] === 'login_letter_known_browser'
  }
  expect(await asKnown(one.email, both)).toBe(true)
  expect(await asKnown(two.email.toUpperCase(), both)).toBe(true)
  expect(await asKnown(two.email, one.known)).toBe(false)
  expect(
    await asKnown(
      one.email,
      one.known.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    ),
  ).toBe(false)
  expect(await asKnown(one.email, 'Unsinn~..~')).toBe(false)
  const later = (days: number): Ctx => ({ ...ctx, clock: { now: () => new Date(Date.now() + days * 86_400_000) } })
  expect(await asKnown(one.email, both, later(179))).toBe(true)
  expect(await asKnown(one.email, both, later(181))).toBe(false)
})

test('a withdrawal and a claim get through from a known browser', async () => {
  const { email, known } = await person()
  await withFull(['withdrawal_per_address', 'claim_per_address', 'login_letter_per_address_day'], async () => {
    const declaration = { id: ctx.ids.uuid(), name: 'Mara Beispiel', contract: 'der Kurs', email, ip: ip() }
    expect(await codeOf(declareWithdrawal(ctx, declaration))).toBe('rate_limited')
    expect(await codeOf(declareWithdrawal(ctx, { ...declaration, known }))).toBe('done')
    expect(await codeOf(claimAccess(ctx, { email, browserHash: 'x', ip: ip() }))).toBe('rate_limited')
    expect(await codeOf(claimAccess(ctx, { email, known, browserHash: 'x', ip: ip() }))).toBe('done')
  })
})

test('letters to unknown addresses are 200 an hour in all, and no account is in that', async () => {
  const { email } = await person()
  const job = (to: string) => ({ email: to, next: null, browserHash: 'x', requestId: ctx.ids.uuid() })
  const letters = async (to: string) =>
    (await counter.database.query('select kind from letter where to_address = $1', [to])).map(({ kind }) => kind)
  const unknown = fresh()
  expect(await spending(() => workLoginRequest(ctx, job(unknown)))).toEqual(['done', ['login_letter_unknown']])
  expect(await spending(() => workLoginRequest(ctx, job(email)))).toEqual(['done', []])
  expect([await letters(unknown), await letters(email)]).toEqual([['no_access'], ['login']])
  await withFull(['login_letter_unknown'], async () => {
    const another = fresh()
    await workLoginRequest(ctx, job(another))
    await workLoginRequest(ctx, job(email))
    expect(await letters(another)).toEqual([])
    expect(await letters(email)).toEqual(['login', 'login'])
  })
})

test('an order that could not succeed spends nothing of its network', async () => {
  const { email, personId } = await person()
  await ensureGrant(ctx, { personId, course: 'kurs', source: `hand:${personId}`, startsAt: new Date() })
  const order = (change: Partial<OpenCheckoutInput>) => () =>
    openCheckout(ctx, { productType: 'kurs', email, ip: ip(), ...change })
  await mirrorPrice(ctx)
  expect(await spending(order({ successUrl: 'https://fremd.example/danke' }))).toEqual(['invalid_input', []])
  expect(await spending(order({ cancelUrl: 'https://fremd.example/' }))).toEqual(['invalid_input', []])
  expect(await spending(order({ productType: 'anderes' }))).toEqual(['invalid_input', []])
  expect(await spending(order({ personId }))).toEqual(['already_owner', []])
  expect(await spending(order({ shownAmount: 100 }))).toEqual(['price_changed', []])
  expect(await spending(order({}))).toEqual(['done', ['checkout_per_ip']])
  await withFull(['checkout_per_ip'], async () => expect(await codeOf(order({})())).toBe('rate_limited'))
})

test('without the proof of the browser that paid nothing of its order is used up', async () => {
  const stranger = { sessionId: 'cs_test_bekannt', checkoutCookie: null, viewer: null, key: ctx.ids.uuid(), ip: ip() }
  expect(await spending(() => correctAddress(ctx, { ...stranger, email: fresh() }))).toEqual(['not_found', []])
})

test('a wish for another address that is refused uses up no letter', async () => {
  const { email, personId } = await person()
  const { token } = await openSession(ctx, { personId, kind: 'proven', device })
  const viewer = await viewerBehind(ctx, token)
  if (!viewer) throw new Error('no viewer')
  const key = ctx.ids.uuid()
  expect(await spending(() => askAddressChange(ctx, { viewer, email, key, ip: ip() }))).toEqual(['invalid_input', []])
  const wish = { viewer, email: fresh(), key, ip: ip() }
  expect((await spending(() => askAddressChange(ctx, wish)))[1]).toHaveLength(3)
  expect(await spending(() => askAddressChange(ctx, wish))).toEqual(['done', []])
})

test('closed lessons and issued numbers spend nothing of a network', async () => {
  const lessons = ctx.content.course().lessons
  const [open, closed] = [lessons.find((one) => one.free), lessons.find((one) => !one.free)]
  const play = (lessonId = '') => playLesson(ctx, { lessonId, viewer: null, ip: ip() })
  expect(await spending(() => play(closed?.id))).toEqual(['unauthenticated', []])
  expect((await spending(() => play(open?.id)))[1]).toEqual(['play_per_ip'])
  const look = (number: string) => () => publicCertificate(ctx, { number, ip: ip() })
  expect(await spending(look('Unsinn'))).toEqual(['done', []])
  expect(await spending(look(numberFrom(ctx.ids.secret())))).toEqual(['done', ['certificate_per_ip']])
})

test('a /48 has ten networks’ worth, and a full /64 takes nothing from its neighbours', async () => {
  const site = `2001:db8:${randomBytes(2).toString('hex')}`
  const use = (network: number) => counter.ctx.limits.consume('claim_per_ip', `${site}:${network}::1`)
  for (let count = 0; count < 10; count++) await use(1)
  for (let count = 0; count < 100; count++) expect(await codeOf(use(1))).toBe('rate_limited')
  for (let network = 2; network <= 10; network++) for (let count = 0; count < 10; count++) await use(network)
  expect(await codeOf(use(11))).toBe('rate_limited')
  expect(await codeOf(counter.ctx.limits.consume('claim_per_ip', '2001:db9::1'))).toBe('done')
})
