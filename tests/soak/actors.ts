import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '#emulators/kit/random.ts'
import type { Lesson } from '#ports'
import { openBrowser } from '#tests/kit/browser.ts'
import type { Workshop } from '#tests/kit/workshop.ts'
import type { Books } from './books.ts'
import { Cut, type Visitor, visitor } from './visit.ts'

/** Everything the people of a soak share. */
export interface Town {
  shop: Workshop
  lessons: Lesson[]
  random: Random
  books: Books
  /** Buyers who came in; an older learner leaves for a new one. */
  learners: Visitor[]
  nextIp(): string
}

const OPERATOR = 'betreiber@werkstatt.test'
const LEARNERS_MOST = 12
const MAIL_WAIT_MS = 90_000

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T
const words = ['Fokus', 'Zusagen', 'Ablage', 'Pause', 'übermorgen', 'E-Mail', '会議', 'zzzz', 'a', '"', '%']

async function mailTo(town: Town, to: string): Promise<string> {
  const deadline = Date.now() + MAIL_WAIT_MS
  while (Date.now() < deadline) {
    const answer = await fetch(`${town.shop.urls.resend}/inbox.json?to=${encodeURIComponent(to)}`)
    // Newest first; the operator also gets letters without a link.
    for (const { text } of (await answer.json()) as { text: string }[]) {
      const token = /token=([\w-]+)/.exec(text)?.[1]
      if (token) return token
    }
    await sleep(200)
  }
  throw new Error(`no letter to ${to} in ${MAIL_WAIT_MS} ms`)
}

/** Right after the start the price may not be mirrored yet; nobody shops before. */
export async function untilOpen(town: Town): Promise<void> {
  const deadline = Date.now() + MAIL_WAIT_MS
  const browser = openBrowser(town.shop.url, town.nextIp())
  const order = { email: 'frueh@example.test', consent: { startNow: true, acknowledgesLoss: true } }
  while (Date.now() < deadline) {
    if ((await browser.post('/api/stripe/create-checkout', order)).status === 200) return
    await sleep(500)
  }
  throw new Error('the shop takes no orders')
}

/** Orders, pays, waits for the letter, logs in. */
export async function buy(town: Town): Promise<Visitor> {
  const { books, random, shop } = town
  const one = visitor('buyer', shop.url, books, town.nextIp())
  const email = `kauf.${randomUUID().slice(0, 13)}@example.test`
  for (const page of ['/', '/kurs', '/bestellen']) await one.get(page)
  const consent = { startNow: random.next() < 0.8, acknowledgesLoss: random.next() < 0.8 }
  const order = await one.post('/api/stripe/create-checkout', { email, consent, attemptId: randomUUID() })
  const sessionId = /cs_test_\w+/.exec(order.text)?.[0]
  // Whether that may be is judged already.
  if (!sessionId) throw new Cut()
  const headers = { 'content-type': 'application/json' }
  await fetch(`${shop.urls.stripe}/_pay/${sessionId}`, { method: 'POST', headers, body: '{"wait":true}' })
  await one.get(`/kauf/danke?session_id=${sessionId}`)
  await one.get(`/api/orders/${sessionId}/status`)
  const token = await mailTo(town, email)
  await one.get(`/anmelden/link?token=${token}`)
  await one.post('/api/auth/verify', { token })
  return one
}

export async function buyer(town: Town): Promise<void> {
  const one = await buy(town)
  town.learners.push(one)
  const leaving = town.learners.length > LEARNERS_MOST ? town.learners.shift() : undefined
  // Some end their session, most just never come back.
  if (!leaving || town.random.next() < 0.5) return
  leaving.left = true
  await leaving.post('/api/auth/logout', {}, [200, 204, 303])
}

export const memberPages = ['/werkstatt', '/heft', '/plan', '/suche', '/woche', '/konto', '/teilnahme', '/unterwegs']

const note = (lesson: Lesson, random: Random) => ({
  ...{ id: randomUUID(), lessonId: lesson.id, kind: 'note', deleted: false, base: 0, seq: 1, over: [] },
  second: Math.floor(random.next() * lesson.durationSeconds),
  body: `${pick(random, words)} `.repeat(1 + Math.floor(random.next() * 40)),
  writer: randomUUID(),
})

const report = (lesson: Lesson, random: Random) => {
  const from = Math.floor(random.next() * lesson.durationSeconds)
  const to = Math.min(lesson.durationSeconds, from + 10)
  const now = Date.now()
  return { lessonId: lesson.id, ranges: [[from, to]], position: to, at: now, sentAt: now, clientId: randomUUID() }
}

const deeds: ((one: Visitor, town: Town, lesson: Lesson) => Promise<unknown>)[] = [
  (one, { random }) => one.get(pick(random, memberPages)),
  (one, _, lesson) => one.get(`/lektionen/${lesson.slug}`),
  async (one, { random }, lesson) => {
    const watching = await one.post(`/api/lessons/${lesson.id}/play`, {}, [200, 403])
    if (watching.status !== 200) return
    for (let at = 0; at < 5; at++) await one.post('/api/progress', [report(lesson, random)])
  },
  (one, { random }, lesson) => one.post('/api/notes', [note(lesson, random)], [200, 409]),
  (one) => one.get('/api/notes'),
  (one) => one.get('/api/progress'),
  (one) => one.get('/api/offline'),
  (one) => one.send('PUT', '/api/settings', '{"player":{"rate":1.5}}', { 'content-type': 'application/json' }),
  (one, { random }) =>
    one.post('/api/plan', { weekdays: [1, 3, 5], minutes: 20, time: pick(random, ['07:30', '20:00']) }),
  (one) => one.get('/api/plan/calendar', [200, 404]),
  (one, { random }) => one.get(`/suche?q=${encodeURIComponent(pick(random, words))}`),
]

export async function learner(town: Town): Promise<void> {
  const one = pick(town.random, town.learners)
  const open = town.lessons.filter((lesson) => lesson.written)
  await pick(town.random, deeds)(one, town, pick(town.random, open))
}

/** Types into the search, letter by letter. */
export async function searcher(town: Town): Promise<void> {
  const one = pick(town.random, town.learners)
  const word = pick(town.random, words)
  for (let end = 1; end <= word.length; end++) await one.get(`/api/search?q=${encodeURIComponent(word.slice(0, end))}`)
}

export async function exporter(town: Town): Promise<void> {
  const one = pick(town.random, town.learners)
  await one.get(pick(town.random, ['/api/notes/export.md', '/api/notes/export.pdf']))
  await sleep(1_000)
}

export const publicPages = [
  ...['/', '/kurs', '/bestellen', '/anmelden', '/anmelden/code', '/anmelden/link', '/kein-zugang', '/mails-aus'],
  ...['/agb', '/impressum', '/datenschutz', '/widerruf', '/barrierefreiheit', '/kauf/danke', '/adresse'],
  ...['/robots.txt', '/sitemap.xml', '/manifest.webmanifest', '/api/health', '/api/ready'],
]

export async function stroller(town: Town): Promise<void> {
  const one = visitor('stroller', town.shop.url, town.books, town.nextIp())
  const free = town.lessons.filter((lesson) => lesson.free)
  for (let page = 0; page < 6; page++) await one.get(pick(town.random, publicPages))
  await one.get(`/lektionen/${pick(town.random, free).slug}`)
  await one.get('/das-gibt-es-nicht', [404])
}

export const adminPages = [
  ...['/admin', '/admin/bestellungen', '/admin/personen', '/admin/mails', '/admin/ereignisse', '/admin/auftraege'],
  ...['/admin/anfragen', '/admin/freigaben', '/admin/protokoll', '/admin/pruefstand', '/admin/videos'],
  ...['/admin/widerrufe', '/admin/suche', '/admin/bestellungen?stand=paid', '/admin/personen?suche=kauf'],
]

/** By the letter, as everybody. */
export async function operatorIn(town: Town): Promise<Visitor> {
  const one = visitor('admin', town.shop.url, town.books, town.nextIp())
  await one.post('/api/auth/magic-link', { email: OPERATOR })
  await one.post('/api/auth/verify', { token: await mailTo(town, OPERATOR) })
  return one
}

export async function admin(town: Town, one: Visitor): Promise<void> {
  const page = await one.get(pick(town.random, adminPages))
  const [row] = /\/admin\/(?:bestellungen|personen|mails|ereignisse|pruefstand)\/[\w-]+/.exec(page.text) ?? []
  if (row) await one.get(row, [200, 303, 307, 404])
}
