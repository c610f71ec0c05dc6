import { chromium } from '@playwright/test'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lesson } from '#ports'
import type { Answer, Browser } from '../kit/browser.ts'
import { findChromium } from '../kit/chromium.ts'
import { personIn } from '../kit/people.ts'
import { knock } from '../kit/raw.ts'
import { apiRoutes } from '../kit/routes.ts'
import { until } from '../kit/until.ts'
import { pagesOf } from '../kit/visits.ts'
import { openWorld, type World } from '../kit/world.ts'

/**
 * PostgreSQL taken away from the running product in three ways, seen from outside over HTTP: what goes on, what says
 * no, how fast, and what is true afterwards.
 */

let world: World
let learner: Browser
let email: string
let personId: string
let lesson: Lesson

/**
 * Bounds against hanging, wide enough for a machine that does other things beside; how fast it is, the benchmarks say.
 * Finding out costs one statement's time limit and one probe; afterwards nothing waits for a server that is away.
 */
const FIRST_MS = 12_000
const KNOWN_MS = 6_000

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker', 'web'], ownPostgres: true })
  lesson = world.ctx.content.course().lessons.find((one) => !one.free && one.written)!
  email = 'lernt@example.de'
  await pay(await order(email))
  learner = await logIn(email)
  const [person] = await world.database.query<{ id: string }>('select id from person where email_normal = $1', [email])
  personId = person?.id ?? ''
})
afterAll(() => world?.close())

const consent = { startNow: true, acknowledgesLoss: true }
async function order(who: string): Promise<string> {
  // Right after a start or an outage the price may not be mirrored yet.
  const answer = await until('the order is taken', async () => {
    const tried = await world.browser().post('/api/stripe/create-checkout', { email: who, consent })
    return tried.status === 200 ? tried : null
  })
  return /cs_test_\w+/.exec(answer.json<{ url: string }>().url)?.[0] ?? ''
}
/** Answers after Stripe's first try to tell the shop, as the payment page does. */
async function pay(sessionId: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ wait: true })
  expect((await fetch(`${world.urls.stripe}/_pay/${sessionId}`, { method: 'POST', headers, body })).status).toBe(200)
}
async function logIn(who: string): Promise<Browser> {
  const token = /token=([\w-]+)/.exec((await world.mail(who)).text)?.[1]
  const browser = world.browser()
  expect((await browser.post('/api/auth/verify', { token })).status).toBe(200)
  return browser
}

/** A superuser on another database, to shut and open ours. */
async function asOperator(...statements: string[]): Promise<void> {
  const connectionString = Object.assign(new URL(world.database.url), { pathname: '/postgres' }).toString()
  const admin = new pg.Client({ connectionString })
  admin.on('error', () => {})
  await admin.connect()
  for (const statement of statements) await admin.query(statement)
  await admin.end()
}
const server = () => world.postgres!
const name = () => new URL(world.database.url).pathname.slice(1)

/** How, from which second on, what `/api/status` calls it. */
const outages: [string, number, string, () => Promise<() => Promise<void> | void>][] = [
  [
    'stopped',
    10,
    'database',
    async () => {
      await server().stop()
      return () => server().start()
    },
  ],
  [
    'frozen',
    30,
    'database',
    async () => {
      server().freeze()
      return () => server().thaw()
    },
  ],
  [
    'refusing',
    50,
    'database',
    async () => {
      await asOperator(
        `alter database ${name()} allow_connections false`,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name()}'`,
      )
      return () => asOperator(`alter database ${name()} allow_connections true`)
    },
  ],
  [
    'demoted',
    70,
    'database_read_only',
    async () => {
      await server().demote()
      return () => server().promote()
    },
  ],
]

const watch = (from: number, as = learner) =>
  as.post('/api/progress', {
    lessonId: lesson.id,
    ranges: [[from, from + 5]],
    position: from + 5,
    at: Date.now(),
    sentAt: Date.now(),
    clientId: 'outage',
  })
const play = (as = learner) => as.post(`/api/lessons/${lesson.id}/play`)
const inTime = async (what: string, limit: number, work: Promise<Answer>): Promise<Answer> => {
  const began = performance.now()
  const answer = await work
  expect(performance.now() - began, `${what} took too long`).toBeLessThan(limit)
  return answer
}
/** What the answer says, tags and scripts apart. A page with a loading state sends its words behind `</main>`. */
const wordsOf = (answer: Answer) => answer.text.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<[^>]+>/g, ' ')

async function everythingAnswers(limit: number, second: number): Promise<void> {
  const titles = world.ctx.content.course().lessons.map((one) => one.title)
  const page = async (path: string, words: string[]) => {
    const answer = await inTime(path, limit, learner.get(path))
    expect([path, answer.status]).toEqual([path, 200])
    expect(answer.text).toMatch(/<h1/)
    for (const word of words) expect(wordsOf(answer), `${path} shows ${word}`).toContain(word)
  }
  await Promise.all([
    page('/', [titles[0]!]),
    page(
      '/kurs',
      titles.filter((title) => !title.includes('&')),
    ),
    page('/werkstatt', titles.slice(0, 3)),
    page(`/lektionen/${lesson.slug}`, [lesson.title, 'Übung']),
    inTime('play', limit, play()).then(async (answer) => {
      expect(answer.status).toBe(200)
      expect((await fetch(answer.json<{ playlistUrl: string }>().playlistUrl)).status).toBe(200)
    }),
    inTime('progress', limit, watch(second)).then((answer) =>
      expect([answer.status, answer.json()]).toMatchObject([202, { stored: 'journal' }]),
    ),
    // By a link, so it must be a page: what was asked for is a file.
    knock(world.url, 'GET', '/api/notes/export.pdf', {
      headers: { cookie: `session=${learner.cookies.get('session')}`, 'sec-fetch-mode': 'navigate' },
    }).then((answer) => {
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '30'])
      expect(answer.text).toMatch(/<h1[^>]*>Das geht gerade nicht\.<\/h1>.*in einer Minute/)
    }),
    inTime('ready', limit, learner.get('/api/ready')).then((answer) =>
      expect([answer.status, answer.json()]).toEqual([200, { ready: true, degraded: ['database'] }]),
    ),
    inTime(
      'login',
      limit,
      world.browser().post('/api/auth/magic-link', { email: `${crypto.randomUUID()}@example.de` }),
    ).then((answer) => {
      expect([answer.status, answer.json()]).toMatchObject([503, { error: { code: 'database_unavailable' } }])
      expect(answer.json<{ error: { message: string } }>().error.message).toMatch(/in einer Minute/)
    }),
  ])
}

const statusOf = async () => {
  const answer = await learner.get('/api/status')
  return [answer.status, answer.json<{ causes: { code: string }[] }>().causes.map(({ code }) => code)]
}

/** Cookies that must open nothing: signed by somebody else, past their end, or not confirmed for too long. */
async function strangers(): Promise<Browser[]> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    sid: crypto.randomUUID(),
    sub: personId,
    ver: 1,
    kind: 'proven' as const,
    role: 'admin' as const,
    courses: ['kurs'],
  }
  const fresh = await world.ctx.tokens.signSession({ ...claims, seen: new Date(), exp: now + 3_600 })
  const [head, , signature] = fresh.split('.')
  const body = Buffer.from(JSON.stringify({ ...claims, seen: now, exp: now + 9_999 })).toString('base64url')
  const cookies = [
    `${head}.${body}.${signature}`,
    await world.ctx.tokens.signSession({ ...claims, seen: new Date(), exp: now - 60 }),
    await world.ctx.tokens.signSession({ ...claims, seen: new Date(Date.now() - 20 * 60_000), exp: now + 3_600 }),
  ]
  return cookies.map((cookie) => {
    const browser = world.browser()
    browser.cookies.set('session', cookie)
    return browser
  })
}

async function strangersGetNothing(): Promise<void> {
  const [forged, over, stale] = (await strangers()) as [Browser, Browser, Browser]
  for (const stranger of [forged, over, stale, world.browser()]) {
    const status = stranger === stale ? 503 : 401
    expect([(await play(stranger)).status, (await watch(0, stranger)).status]).toEqual([status, status])
    const page = await stranger.get('/werkstatt')
    expect(page.status === 307 || page.text.includes('url=/anmelden')).toBe(true)
    expect((await stranger.get(`/lektionen/${lesson.slug}`)).text).not.toContain('bcdn_token')
  }
  // Their cookie may be good, and only the database knows: no page sends them to a login that cannot work.
  for (const page of [`/anmelden?next=%2Fwerkstatt&spaeter=1`, `/lektionen/${lesson.slug}`]) {
    const { status, text } = await stale.get(page)
    expect([status, text.includes('Deine Anmeldung gilt weiter')]).toEqual([503, true])
  }
}

/** What a person sees, with the scripts running. */
async function seenInABrowser(): Promise<void> {
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] })
  try {
    const context = await browser.newContext({ locale: 'de-DE' })
    const value = learner.cookies.get('session') ?? ''
    await context.addCookies([{ name: 'session', value, url: world.url }])
    const page = await context.newPage()
    const titles = world.ctx.content.course().lessons.slice(1, 3)
    for (const path of ['/werkstatt', '/kurs']) {
      await page.goto(`${world.url}${path}`)
      await page.locator('main h1').waitFor({ timeout: 5_000 })
      for (const { title } of titles) await page.locator('main').getByText(title).first().waitFor({ timeout: 5_000 })
    }
  } finally {
    await browser.close()
  }
}

const attemptsFor = async (sessionId: string): Promise<number[]> => {
  const state = (await (await fetch(`${world.urls.stripe}/_state`)).json()) as {
    events: { id: string; type: string; data: { object: { id: string } } }[]
    deliveries: { id: string; attempts: { status: number }[] }[]
  }
  const event = state.events.find(
    (one) => one.type === 'checkout.session.completed' && one.data.object.id === sessionId,
  )
  return state.deliveries.find(({ id }) => id === event?.id)?.attempts.map(({ status }) => status) ?? []
}

test('reports of a running film renew a session that nobody confirmed for a minute', async () => {
  expect((await watch(0)).headers.get('set-cookie')).toBeNull()
  const claims = await world.ctx.tokens.readSession(learner.cookies.get('session') ?? '')
  const old = { ...claims!, seen: new Date(Date.now() - 2 * 60_000) }
  learner.cookies.set('session', await world.ctx.tokens.signSession(old))
  expect((await watch(0)).headers.get('set-cookie')).toMatch(/^session=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly/)
  const renewed = await world.ctx.tokens.readSession(learner.cookies.get('session') ?? '')
  expect(renewed?.seen).toBeGreaterThan(old.seen.getTime() / 1000 + 100)
  expect(renewed?.exp).toBe(claims?.exp)
})

test('a full disk under PostgreSQL is named, and takes progress into the journal', async () => {
  await world.database.query(
    `create function no_room() returns trigger language plpgsql as
       $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`,
  )
  await world.database.query(
    'create trigger no_room before insert or update on progress for each statement execute function no_room()',
  )
  const answer = await watch(1)
  expect([answer.status, answer.json()]).toMatchObject([202, { stored: 'journal' }])
  expect((await learner.get('/werkstatt')).status).toBe(200)
  expect(await statusOf()).toEqual([503, expect.arrayContaining(['database_full'])])
  await world.database.query('drop trigger no_room on progress')
})

/** What these show stands in `content/` and in the cookie; they say what is missing. */
const goOn = (page: string) => ['/werkstatt', '/konto'].includes(page) || page.startsWith('/lektionen/')

/** Why this answer is not one for people without a database; null when it is. */
function faultOf(who: string, page: string, answer: Answer): string | null {
  const { status, text } = answer
  const words = wordsOf(answer)
  const saysAway = /kommen gerade nicht an|können wir gerade nicht/.test(words)
  if (/Hier ist etwas gebrochen|data-dgst/.test(text)) return `${status}, the page for faults of ours`
  if (status === 503)
    return /<h1/.test(text) && saysAway && /Minute|gleich wieder|Lade die Seite neu/.test(words.replace(/\s+/g, ' '))
      ? null
      : '503 without a word'
  if (who === 'operator' && page.startsWith('/admin')) return `${status} instead of 503`
  if (status === 200) return saysAway && !goOn(page) ? 'nothing to see, and 200' : null
  // Not logged in: to the login. Not the operator, or asked for by itself: not there.
  return status === 307 || (status === 404 && /admin|bestaetigung|abgewiesen/.test(page)) ? null : String(status)
}

/** Somebody who comes back from Stripe, and has just declared a withdrawal. */
async function halfWay(): Promise<{ browser: Browser; pages: string[] }> {
  const browser = world.browser()
  const email = 'unterwegs@example.de'
  const { text } = await browser.post('/api/stripe/create-checkout', { email, consent })
  const words = { id: crypto.randomUUID(), name: 'Mara Beispiel', contract: 'der Kurs', email }
  expect((await browser.submit('/api/withdrawal', words)).headers.get('location')).toBe('/widerruf/eingegangen')
  return { browser, pages: [`/kauf/danke?session_id=${/cs_test_\w+/.exec(text)?.[0]}`, '/widerruf/eingegangen'] }
}

test('without a database every page and every route has a sentence, for whoever asks', async () => {
  const pages = [
    ...(await pagesOf(world)),
    `/anmelden/link?token=${'x'.repeat(43)}`,
    `/adresse?token=${'x'.repeat(43)}`,
  ]
  const [ids] = await world.database.query<Record<string, string>>(
    'select (select session_id from purchase limit 1) as orders, (select id::text from purchase limit 1) as flow',
  )
  pages.push(`/kauf/danke?session_id=${ids?.orders}`, '/suche?q=plan', '/bestaetigung/3479-ACDE-FHJK-MNPQ-RTVW')
  const operator = await personIn(world, 'betreiberin@example.de', { admin: true, course: true })
  const visitors = { nobody: world.browser(), learner, operator: operator.browser }
  const buyer = await halfWay()
  const faults: string[] = []
  const walk = async (who: string, browser: Browser) => {
    for (const page of pages) {
      const fault = faultOf(who, page, await browser.get(page))
      if (fault) faults.push(`${who} ${page}: ${fault}`)
    }
    const routes = apiRoutes({ ...ids, lessons: lesson.id })
    for (const { path, methods } of [...routes, ...others])
      for (const method of methods.filter((one) => one === 'GET' || (one === 'POST' && !path.endsWith('/logout')))) {
        const answer = await (method === 'GET' ? browser.get(path) : browser.post(path, {}))
        const says = answer.status < 500 || /"message":"[A-ZÄÖÜ][^"]+\./.test(answer.text) || path.startsWith('/plan/')
        const fair = answer.status < 500 || answer.status === 503 || path.startsWith('/api/webhook/')
        if (!says || !fair) faults.push(`${who} ${method} ${path}: ${answer.status} ${answer.text.slice(0, 80)}`)
      }
  }
  await server().stop()
  try {
    await learner.get('/')
    await Promise.all(Object.entries(visitors).map(([who, browser]) => walk(who, browser)))
    for (const page of buyer.pages)
      expect([page, faultOf('buyer', page, await buyer.browser.get(page))]).toEqual([page, null])
    expect(await Promise.all(buyer.pages.map(async (page) => (await buyer.browser.get(page)).status))).toEqual([
      503, 503,
    ])
    expect(faults).toEqual([])
  } finally {
    await server().start()
  }
  await until('the database is back', async () => (await learner.get('/api/ready')).text.includes('"degraded":[]'))
})
const others = ['/robots.txt', '/sitemap.xml', '/manifest.webmanifest', '/sw.js', '/plan/feed/x.ics'].map((path) => ({
  path,
  methods: ['GET'],
}))

describe.each(outages)('PostgreSQL %s', (how, second, cause, takeAway) => {
  test('the film goes on, pages stay, the rest says so, and afterwards nothing is missing', async () => {
    const buyer = `${how}@example.de`
    const session = await order(buyer)
    expect((await watch(second)).status).toBe(200)
    const bringBack = await takeAway()
    try {
      await Promise.all([everythingAnswers(FIRST_MS, second + 5), pay(session)])
      await everythingAnswers(KNOWN_MS, second + 10)
      expect((await attemptsFor(session))[0]).toBe(500)
      // Which trouble it is, the probe says, and that may be its next look.
      await until(`the status names ${cause}`, async () => {
        const [status, causes] = await statusOf()
        return status === 503 && (causes as string[]).includes(cause)
      })
      await strangersGetNothing()
      if (how === 'frozen') await seenInABrowser()
    } finally {
      await bringBack()
    }
    await until('the journal is in the database', async () => {
      const [row] = await world.database.query<{ ranges: string }>(
        'select ranges::text as ranges from progress where person_id = $1 and lesson_id = $2',
        [personId, lesson.id],
      )
      return row?.ranges.includes(`[${second * 1000},${(second + 15) * 1000})`)
    })
    // A connection that died with the old server may still be in the pool: its report is journalled once more, and
    // kept.
    await until('progress is stored in rows again', async () => (await watch(second)).status === 200)
    const isSettled = () =>
      world.database.query("select 1 from purchase where session_id = $1 and state = 'paid'", [session])
    await until('the missed webhook is settled', async () => (await isSettled()).length === 1)
    expect((await world.mail(buyer)).links.length).toBeGreaterThan(0)
    expect((await learner.get('/api/ready')).json()).toEqual({ ready: true, degraded: [] })
  })
})
