import { expect } from 'vitest'
import { activeGrant } from '#domain/access/activeGrant.ts'
import { consumeLink } from '#domain/access/consumeLink.ts'
import { ensureAdmins } from '#domain/access/ensureAdmins.ts'
import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { inspectLink } from '#domain/access/inspectLink.ts'
import { openUnprovenSession } from '#domain/access/openUnprovenSession.ts'
import { prepareWelcomeLink } from '#domain/access/prepareWelcomeLink.ts'
import { revokeGrant } from '#domain/access/revokeGrant.ts'
import { days } from '#domain/access/rules.ts'
import { startLinkClock } from '#domain/access/startLinkClock.ts'
import { mergeJournal } from '#domain/learning/mergeJournal.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { AppError } from '#errors'
import type { Platform } from '#platform'
import type { Ctx } from '#ports'
import { createEndedSessions } from '#records/endedSessions.ts'
import { viewerBehind } from '#tests/kit/viewer.ts'
import { type Browser, openDoor } from '../../kit/door.ts'
import { newAddress, test } from '../../kit/shop.ts'
import { until } from '../../kit/until.ts'
import { readLog, type World } from '../../kit/world.ts'

let world: World
let browse: ReturnType<typeof openDoor>

test.beforeAll(async ({ shop }) => {
  world = shop
  browse = openDoor(world.platform, {
    '/api/auth/magic-link': () => import('#app/api/auth/magic-link/route.ts'),
    '/api/auth/verify': () => import('#app/api/auth/verify/route.ts'),
    '/api/auth/checkout': () => import('#app/api/auth/checkout/route.ts'),
    '/api/stripe/create-checkout': () => import('#app/api/stripe/create-checkout/route.ts'),
    '/api/auth/refresh': () => import('#app/api/auth/refresh/route.ts'),
    '/api/auth/logout': () => import('#app/api/auth/logout/route.ts'),
    '/api/auth/sessions': () => import('#app/api/auth/sessions/route.ts'),
    '/api/auth/sessions/[id]': () => import('#app/api/auth/sessions/[id]/route.ts'),
  })
})

/** A person of its own for each test. */
async function learner(): Promise<{ email: string; personId: string }> {
  const email = newAddress('lernende')
  const { personId } = await findOrCreatePerson(world.ctx, { email, createdBy: 'test' })
  await ensureGrant(world.ctx, { personId, course: 'kurs', source: `test:${personId}`, startsAt: new Date() })
  return { email, personId }
}

/** The letters to an address that log in, the newest first. */
const loginLetters = async (email: string) =>
  (await world.mails(email)).filter(({ text }) => text.includes('/anmelden/link?token='))

/** Asks for a letter and reads it in the real inbox. */
async function letterFor(browser: Browser, email: string, nth = 1): Promise<{ token: string; code: string }> {
  const asked = await browser.post('/api/auth/magic-link', { email })
  expect([asked.status, asked.json()]).toEqual([200, { ok: true }])
  const { text } = await until(`login letter ${nth}`, async () => (await loginLetters(email)).at(-nth))
  const token = /\/anmelden\/link\?token=([\w-]+)/.exec(text)?.[1] ?? ''
  const code = /^(\d{3} \d{3})$/m.exec(text)?.[1] ?? ''
  return { token, code }
}

/** Pays a session as the payment page would. */
async function pay(sessionId: string, email: string): Promise<void> {
  const answer = await fetch(`${world.urls.stripe}/_pay/${sessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  })
  expect(answer.ok).toBe(true)
}

const errorOf = (answer: { json: () => unknown }) => (answer.json() as { error: { code: string } }).error.code
const viewerOf = (browser: Browser, ctx: Ctx = world.ctx) => viewerBehind(ctx, browser.cookies.get('session') ?? '')
const loginAs = async (email: string, nth = 1) => {
  const browser = browse()
  const { token } = await letterFor(browser, email, nth)
  expect((await browser.post('/api/auth/verify', { token })).status).toBe(200)
  return browser
}

/** A database that answers nobody since `lostAt`. */
function awayDb(lostAt: Date): Ctx['db'] {
  const away = () => Promise.reject(new AppError('database_unavailable'))
  const chain: unknown = new Proxy(() => {}, {
    get: (_, key) => (key === 'then' ? (_ok: unknown, no: (e: unknown) => void) => away().catch(no) : chain),
    apply: () => chain,
  })
  return {
    ...world.ctx.db,
    q: chain,
    transaction: away,
    health: () => ({ up: false, lostAt, trouble: 'unreachable' }),
  } as Ctx['db']
}

/** Everything behind the doors meets a database that is away, while this runs. */
async function whileAway(work: () => Promise<void>): Promise<void> {
  const shared = globalThis as { werkstatt?: Platform }
  shared.werkstatt = { ...world.platform, ctx: { ...world.platform.ctx, db: awayDb(new Date()) } }
  await work().finally(() => {
    shared.werkstatt = world.platform
  })
}

test('the link of a real mail logs in once, in any browser', async () => {
  const { email, personId } = await learner()
  const { token } = await letterFor(browse(), email)
  const [first, second] = [browse(), browse()]
  const opened = await first.post('/api/auth/verify', { token })
  expect(opened.status).toBe(200)
  expect(opened.json()).toMatchObject({ ok: true, next: '/werkstatt' })
  expect(await viewerOf(first)).toMatchObject({ personId, kind: 'proven', courses: ['kurs'], degraded: false })
  const again = await second.post('/api/auth/verify', { token })
  expect([again.status, errorOf(again)]).toEqual([400, 'link_unusable'])
  expect(second.cookies.has('session')).toBe(false)
})

test('of twenty simultaneous tries with one link exactly one gets in', async () => {
  const { email } = await learner()
  const { token } = await letterFor(browse(), email)
  const answers = await Promise.all(Array.from({ length: 20 }, () => browse().post('/api/auth/verify', { token })))
  expect(answers.map((answer) => answer.status).filter((status) => status === 200)).toHaveLength(1)
})

test('opening the link any number of times changes nothing', async () => {
  const { email } = await learner()
  const { token } = await letterFor(browse(), email)
  for (let i = 0; i < 5; i++)
    expect(await inspectLink(world.ctx, token)).toEqual({
      emailMasked: 'l•••@example.de',
      purpose: 'login',
      state: 'usable',
    })
  expect((await browse().post('/api/auth/verify', { token })).status).toBe(200)
  expect((await inspectLink(world.ctx, token)).state).toBe('used')
  expect((await inspectLink(world.ctx, 'A'.repeat(43))).state).toBe('unknown')
})

test('the code works only in the browser that asked, and five times wrong ends it', async () => {
  const { email } = await learner()
  const asking = browse()
  const { code } = await letterFor(asking, email)
  expect(errorOf(await browse().post('/api/auth/verify', { code }))).toBe('code_wrong')
  expect((await asking.post('/api/auth/verify', { code })).status).toBe(200)

  const unlucky = browse()
  const letter = await letterFor(unlucky, email, 2)
  const wrong = letter.code === '000 000' ? '111111' : '000000'
  const guesses = await Promise.all(Array.from({ length: 5 }, () => unlucky.post('/api/auth/verify', { code: wrong })))
  expect(guesses.map(errorOf)).toEqual(Array(5).fill('code_wrong'))
  expect(errorOf(await unlucky.post('/api/auth/verify', { code: letter.code }))).toBe('code_wrong')
  expect((await unlucky.post('/api/auth/verify', { token: letter.token })).status).toBe(200)
})

test('a login ends unproven sessions and older links of the person', async () => {
  const { email, personId } = await learner()
  const unproven = await openUnprovenSession(world.ctx, { personId, device: 'Test' })
  const older = await letterFor(browse(), email)
  const newer = await letterFor(browse(), email, 2)
  expect(await viewerBehind(world.ctx, unproven.token)).toMatchObject({ kind: 'unproven' })
  expect((await browse().post('/api/auth/verify', { token: newer.token })).status).toBe(200)
  expect(await viewerBehind(world.ctx, unproven.token)).toBeNull()
  expect(errorOf(await browse().post('/api/auth/verify', { token: older.token }))).toBe('link_unusable')
})

test('unknown addresses get the same answer and a letter that says so', async () => {
  const { email } = await learner()
  const known = await browse().post('/api/auth/magic-link', { email })
  const nobody = newAddress('fremd')
  const stranger = await browse().post('/api/auth/magic-link', { email: nobody })
  expect([stranger.status, stranger.text]).toEqual([known.status, known.text])
  expect([...stranger.headers.keys()].sort()).toEqual([...known.headers.keys()].sort())
  expect((await world.mail(nobody)).subject).toContain('keinen Zugang')
  expect(await findPersonByEmail(world.ctx, nobody)).toBeNull()
})

test('every spelling of an address is one account', async () => {
  const { email, personId } = await learner()
  const typed = ` ${email.toUpperCase().replace('@', '＠')} `
  expect((await browse().post('/api/auth/magic-link', { email: typed })).status).toBe(200)
  await world.mail(email)
  expect(await findOrCreatePerson(world.ctx, { email: typed, createdBy: 'x' })).toEqual({ personId, created: null })
  for (const bad of ['"a@b"@c.de', 'a@b.de,c@d.de', 'nobody', ''])
    expect((await browse().post('/api/auth/magic-link', { email: bad })).status).toBe(400)
})

test('an address gets three letters a quarter of an hour, known or not, whoever asks', async () => {
  for (const email of [(await learner()).email, newAddress('nie')]) {
    const answers = []
    for (let i = 0; i < 5; i++) answers.push(await browse().post('/api/auth/magic-link', { email }))
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429, 429])
    expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(600)
  }
})

test('guessing links is limited per network', async () => {
  const guesser = browse('2001:db8:9:9::1')
  const statuses: number[] = []
  for (let i = 0; i < 62; i++) statuses.push((await guesser.post('/api/auth/verify', { token: 'x'.repeat(43) })).status)
  expect(statuses.slice(0, 60).every((status) => status === 400)).toBe(true)
  expect(statuses.slice(60)).toEqual([429, 429])
  expect((await browse('2001:db8:9:9::2').post('/api/auth/verify', { token: 'x'.repeat(43) })).status).toBe(429)
  expect((await browse('2001:db8:9:a::1').post('/api/auth/verify', { token: 'x'.repeat(43) })).status).toBe(400)
})

test('forms work without JavaScript and never lead to a stranger', async () => {
  const { email } = await learner()
  const browser = browse()
  const asked = await browser.submit('/api/auth/magic-link', { email, next: '//evil.example' })
  expect([asked.status, asked.headers.get('location')]).toEqual([303, '/anmelden/code'])
  const { text } = await world.mail(email)
  const token = /token=([\w-]+)/.exec(text)?.[1] ?? ''
  const opened = await browser.submit('/api/auth/verify', { token })
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/werkstatt'])
  const again = await browser.submit('/api/auth/verify', { token })
  expect(again.headers.get('location')).toBe(`/anmelden/link?token=${token}&fehler=link_unusable`)
  const bad = await browser.submit('/api/auth/magic-link', { email: 'nobody' })
  expect(bad.headers.get('location')).toBe('/anmelden?fehler=invalid_input')
})

test('a code is read out of whatever was pasted with it, and a wrong one keeps the way back', async () => {
  const { email } = await learner()
  const browser = browse()
  const { code } = await letterFor(browser, email)
  const wrong = await browser.submit('/api/auth/verify', { code: 'Dein Code:', next: '/heft' })
  expect([wrong.status, wrong.headers.get('location')]).toEqual([303, '/anmelden/code?fehler=code_wrong&next=%2Fheft'])
  const pasted = `Gib diesen Code dort ein, wo du den Link angefordert hast: ${code.replace(' ', '–\u200b')}.`
  const opened = await browser.submit('/api/auth/verify', { code: pasted, next: '/heft' })
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/heft'])
})

test('the way back survives the mail, in any browser', async () => {
  const { email } = await learner()
  await browse().post('/api/auth/magic-link', { email, next: '/lektionen/anfang?t=5' })
  const { text } = await world.mail(email)
  const opened = await browse().post('/api/auth/verify', { token: /token=([\w-]+)/.exec(text)?.[1] })
  expect(opened.json()).toMatchObject({ next: '/lektionen/anfang?t=5' })
})

test('a used link can ask for a new one to the same address', async () => {
  const { email } = await learner()
  const { token } = await letterFor(browse(), email)
  await browse().post('/api/auth/verify', { token })
  expect((await browse().post('/api/auth/magic-link', { linkToken: token })).status).toBe(200)
  await world.mail(email, 2)
  const invented = await browse().post('/api/auth/magic-link', { linkToken: 'y'.repeat(43) })
  expect(errorOf(invented)).toBe('link_unusable')
})

test('foreign origins, wrong types and large bodies stay outside', async () => {
  const evil = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
  const refused = await browse().post('/api/auth/verify', { token: 'x' }, evil)
  expect([refused.status, errorOf(refused)]).toEqual([403, 'foreign_origin'])
  expect((await browse().post('/api/auth/magic-link', { email: 5 })).json()).toMatchObject({
    error: { code: 'invalid_input', fields: { email: 'Diese Angabe hat die falsche Form.' } },
  })
  const large = await browse().post('/api/auth/magic-link', { email: 'x'.repeat(70_000) })
  expect([large.status, errorOf(large)]).toEqual([413, 'too_large'])
  const both = await browse().post('/api/auth/verify', { token: 'x'.repeat(43), code: '123456' })
  expect(both.status).toBe(400)
})

test('logout ends one session, everywhere ends all, and devices can be ended one by one', async () => {
  const { email } = await learner()
  const [one, two] = [await loginAs(email), await loginAs(email, 2)]
  const listed = (await two.get('/api/auth/sessions')).json<{ sessions: { id: string; current: boolean }[] }>().sessions
  expect(listed).toHaveLength(2)
  expect(listed[0]).toMatchObject({ device: 'Firefox auf Linux', kind: 'proven' })
  const other = listed.find((session) => !session.current)?.id ?? ''
  expect((await two.send('DELETE', `/api/auth/sessions/${other}`)).status).toBe(200)
  expect(await viewerOf(one)).toBeNull()
  const stolen = two.cookies.get('session') ?? ''
  const three = await loginAs(email, 3)
  expect((await three.post('/api/auth/logout', { everywhere: true })).status).toBe(200)
  expect(three.cookies.has('session')).toBe(false)
  expect(await viewerBehind(world.ctx, stolen)).toBeNull()
})

test('ending a session twice is no error, one after the other or at the same time', async () => {
  const { email } = await learner()
  const [one, two] = [await loginAs(email), await loginAs(email, 2)]
  const target = (await viewerOf(one))?.sessionId ?? ''
  const end = async () => (await two.send('DELETE', `/api/auth/sessions/${target}`)).status
  expect([await end(), await end()]).toEqual([200, 200])
  const copy = browse()
  copy.cookies.set('session', two.cookies.get('session') ?? '')
  const left = await Promise.all([two.post('/api/auth/logout'), copy.post('/api/auth/logout')])
  expect(left.map(({ status }) => status)).toEqual([200, 200])
  expect((await two.post('/api/auth/logout')).status).toBe(200)
})

test('a cookie that opens nothing any more is cleared; one that only the database cannot judge stays', async () => {
  const browser = await loginAs((await learner()).email)
  const kept = browser.cookies.get('session') ?? ''
  const stale = await world.ctx.tokens.signSession({
    ...(await world.ctx.tokens.readSession(kept))!,
    seen: new Date(Date.now() - 3_600_000),
  })
  browser.cookies.set('session', stale)
  // Not 401: who would log in now could not, and need not.
  await whileAway(async () => expect((await browser.get('/api/auth/sessions')).status).toBe(503))
  expect(browser.cookies.get('session')).toBe(stale)
  expect((await browser.get('/api/auth/sessions')).status).toBe(200)
  await browser.post('/api/auth/logout')
  for (const dead of [kept, 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.']) {
    browser.cookies.set('session', dead)
    expect((await browser.get('/api/auth/sessions')).status).toBe(401)
    expect(browser.cookies.has('session')).toBe(false)
  }
})

test('logout works while the database is away: here at once, everywhere when it is back', async () => {
  const { email, personId } = await learner()
  const [one, other] = [await loginAs(email), await loginAs(email, 2)]
  const [copy, copyOfOther] = [one.cookies.get('session') ?? '', other.cookies.get('session') ?? '']
  const stolen = browse()
  await whileAway(async () => {
    stolen.cookies.set('session', copy)
    expect((await stolen.post('/api/auth/refresh')).json()).toMatchObject({ degraded: true })
    const left = await one.post('/api/auth/logout')
    expect([left.status, left.headers.get('clear-site-data'), one.cookies.has('session')]).toEqual([
      200,
      '"cache"',
      false,
    ])
    expect((await stolen.post('/api/auth/refresh')).status).toBe(401)
    expect((await other.post('/api/auth/refresh')).status).toBe(200)
    expect((await other.post('/api/auth/logout', { everywhere: true })).status).toBe(200)
    expect([other.cookies.has('session'), other.cookies.has('known')]).toEqual([false, false])
  })
  const later = await loginAs(email, 3)
  // Another process knows only what the row says, before and after the journal is merged, however often.
  const elsewhere: Ctx = { ...world.ctx, endedSessions: createEndedSessions() }
  for (let merges = 0; merges < 2; merges++) {
    await mergeJournal(world.ctx)
    await until('both rows have ended', async () => (await viewerBehind(elsewhere, copyOfOther)) === null)
    expect(await viewerBehind(elsewhere, copy)).toBeNull()
    expect(await viewerOf(later, elsewhere)).toMatchObject({ personId })
  }
})

test('a cookie that was ended before cannot send its owner out, not even while the database is away', async () => {
  const { email } = await learner()
  const [mine, thief] = [await loginAs(email), await loginAs(email, 2)]
  const cookie = thief.cookies.get('session') ?? ''
  await thief.post('/api/auth/logout')
  thief.cookies.set('session', cookie)
  await thief.post('/api/auth/logout', { everywhere: true })
  expect(await viewerOf(mine)).not.toBeNull()
  thief.cookies.set('session', cookie)
  await whileAway(async () => void (await thief.post('/api/auth/logout', { everywhere: true })))
  await mergeJournal(world.ctx)
  expect(await viewerOf(mine, { ...world.ctx, endedSessions: createEndedSessions() })).not.toBeNull()
})

test("somebody else's session cannot be ended", async () => {
  const [mine, theirs] = [await loginAs((await learner()).email), await loginAs((await learner()).email)]
  const target = (await viewerOf(theirs))?.sessionId ?? ''
  expect((await mine.send('DELETE', `/api/auth/sessions/${target}`)).status).toBe(404)
  expect((await mine.send('DELETE', '/api/auth/sessions/x')).status).toBe(404)
  expect(await viewerOf(theirs)).not.toBeNull()
})

test('without a database a fresh session goes on from its cookie, a stale one does not', async () => {
  const { email } = await learner()
  const browser = await loginAs(email)
  const lostAt = new Date()
  const at = (now: Date): Ctx => ({ ...world.ctx, db: awayDb(lostAt), clock: { now: () => now } })
  const later = (minutes: number) => new Date(lostAt.getTime() + minutes * 60_000)
  expect(await viewerOf(browser, at(later(5)))).toMatchObject({ degraded: true, courses: ['kurs'], email: null })
  expect(await viewerOf(browser, at(later(241)))).toBeNull()
  expect((await browser.post('/api/auth/refresh')).status).toBe(200)
  const { signSession } = world.ctx.tokens
  const viewer = await viewerOf(browser)
  const stale = await signSession({
    sid: viewer?.sessionId ?? '',
    sub: viewer?.personId ?? '',
    ver: 1,
    kind: 'proven',
    role: 'learner',
    courses: ['kurs'],
    seen: new Date(lostAt.getTime() - 16 * 60_000),
    exp: Math.floor(Date.now() / 1000) + 600,
  })
  expect(await viewerBehind(at(later(5)), stale)).toBeNull()
  expect(await viewerBehind(world.ctx, stale)).not.toBeNull()
})

test('operators come from the settings, and never get in unproven', async () => {
  await ensureAdmins(world.ctx)
  await ensureAdmins(world.ctx)
  const admin = await findPersonByEmail(world.ctx, 'Betreiber@Werkstatt.test')
  expect(admin).toMatchObject({ role: 'admin' })
  const open = openUnprovenSession(world.ctx, { personId: admin?.id ?? '', device: 'Test' })
  await expect(open).rejects.toMatchObject({ code: 'forbidden' })
  const earlier = (await loginLetters('betreiber@werkstatt.test')).length
  const operator = await loginAs('betreiber@werkstatt.test', earlier + 1)
  expect(await viewerOf(operator)).toMatchObject({ role: 'admin', kind: 'proven' })
})

test('each source has its own grant, and the earliest active one counts', async () => {
  const { personId } = await learner()
  const [early, late] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-06-01T00:00:00Z')]
  await revokeGrant(world.ctx, { source: `test:${personId}`, reason: 'test' })
  expect(await activeGrant(world.ctx, personId, 'kurs')).toBeNull()
  const grant = (source: string, startsAt: Date) =>
    ensureGrant(world.ctx, { personId, course: 'kurs', source, startsAt })
  await Promise.all([grant(`a:${personId}`, early), grant(`a:${personId}`, early), grant(`b:${personId}`, late)])
  expect(await activeGrant(world.ctx, personId, 'kurs')).toEqual({ startsAt: early })
  expect(await revokeGrant(world.ctx, { source: `a:${personId}`, reason: 'refund' })).toEqual({ ended: 1 })
  expect(await revokeGrant(world.ctx, { source: `a:${personId}`, reason: 'again' })).toEqual({ ended: 0 })
  expect(await activeGrant(world.ctx, personId, 'kurs')).toEqual({ startsAt: late })
  await grant(`a:${personId}`, early)
  expect(await activeGrant(world.ctx, personId, 'kurs')).toEqual({ startsAt: early })
})

test('a person is made once, however many ask at the same time', async () => {
  const email = newAddress('Viele')
  const results = await Promise.all(
    Array.from({ length: 10 }, () => findOrCreatePerson(world.ctx, { email, createdBy: 'test' })),
  )
  expect(results.filter((result) => result.created)).toHaveLength(1)
  expect(new Set(results.map((result) => result.personId)).size).toBe(1)
})

test('no token, code or address is in the logs or in clear in the database', async () => {
  const { email, personId } = await learner()
  const { token, code } = await letterFor(browse(), email)
  const welcome = world.ctx.ids.uuid()
  await prepareWelcomeLink(world.ctx, { letterId: welcome, personId })
  const secrets = [token, code.replace(' ', ''), world.ctx.tokens.linkToken(welcome, world.ctx.tokens.linkKeyId)]
  const rows = await until('the letter', async () => {
    const found = await world.database.query(
      `select to_jsonb(l) as letter, (select jsonb_agg(to_jsonb(t)) from login_token t) as tokens
       from letter l where l.to_address = $1`,
      [email],
    )
    return found.length > 0 ? found : null
  })
  const stored = JSON.stringify(rows)
  const log = readLog(world, 'worker')
  for (const secret of secrets) {
    expect(stored).not.toContain(`"${secret}`)
    expect(log).not.toContain(secret)
  }
  expect(log).not.toContain('@example.de')
})

test('a welcome link works seven days from its hand-over, once', async () => {
  const { personId } = await learner()
  const letterId = world.ctx.ids.uuid()
  await prepareWelcomeLink(world.ctx, { letterId, personId })
  const handedOverAt = new Date(Date.now() + days(2))
  await startLinkClock(world.ctx, { letterId, kind: 'welcome', handedOverAt })
  const token = world.ctx.tokens.linkToken(letterId, world.ctx.tokens.linkKeyId)
  const after = (ms: number): Ctx => ({ ...world.ctx, clock: { now: () => new Date(handedOverAt.getTime() + ms) } })
  expect((await inspectLink(after(days(7) - 1000), token)).state).toBe('usable')
  expect((await inspectLink(after(days(7) + 1000), token)).state).toBe('expired')
  const late = consumeLink(after(days(7) + 1000), { token, device: 'Test', ip: '10.3.0.1' })
  await expect(late).rejects.toMatchObject({ code: 'link_unusable' })
  await consumeLink(after(days(6)), { token, device: 'Test', ip: '10.3.0.1' })
  const again = consumeLink(after(days(6)), { token, device: 'Test', ip: '10.3.0.1' })
  await expect(again).rejects.toMatchObject({ code: 'link_unusable' })
})

test("a login link's fifteen minutes run from the hand-over", async () => {
  const { email } = await learner()
  const { token } = await letterFor(browse(), email)
  const [clock] = await until('the hand-over', async () => {
    const rows = await world.database.query(
      `select t.expires_at, l.handed_over_at from login_token t join letter l on l.id = t.id
       where l.to_address = $1 and l.handed_over_at is not null and t.expires_at < l.handed_over_at + interval '16 minutes'`,
      [email],
    )
    return rows.length > 0 ? rows : null
  })
  expect(clock?.expires_at.getTime() - clock?.handed_over_at.getTime()).toBe(15 * 60_000)
  const late: Ctx = { ...world.ctx, clock: { now: () => new Date(Date.now() + 16 * 60_000) } }
  expect((await inspectLink(late, token)).state).toBe('expired')
})

test('the browser that paid goes in once, unproven, and only with its own cookie', async () => {
  await mirrorPrice(world.ctx)
  const email = newAddress('kundin')
  const buyer = browse()
  const opened = await buyer.post('/api/stripe/create-checkout', { email })
  const { url } = opened.json<{ url: string }>()
  expect(opened.status).toBe(200)
  expect(errorOf(await buyer.post('/api/auth/checkout'))).toBe('forbidden')
  const sessionId = /cs_test_\w+/.exec(url)?.[0] ?? ''
  await pay(sessionId, email)
  await settleOrder(world.ctx, sessionId)
  expect(errorOf(await browse().post('/api/auth/checkout'))).toBe('forbidden')
  const copy = browse()
  copy.cookies.set('checkout', buyer.cookies.get('checkout') ?? '')
  const answers = await Promise.all([buyer.post('/api/auth/checkout'), copy.post('/api/auth/checkout')])
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 403])
  const inside = answers[0]?.status === 200 ? buyer : copy
  expect(await viewerOf(inside)).toMatchObject({ kind: 'unproven', courses: ['kurs'] })
  const { text } = await world.mail(email)
  const token = /token=([\w-]+)/.exec(text)?.[1] ?? ''
  expect((await browse().post('/api/auth/verify', { token })).status).toBe(200)
  expect(await viewerOf(inside)).toBeNull()
})
