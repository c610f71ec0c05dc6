import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import type { Browser } from './browser.ts'
import { becomesWhole, order, pay } from './buying.ts'
import { personIn } from './people.ts'
import { root } from './processes.ts'
import { apiRoutes } from './routes.ts'
import { openWorld, type World } from './world.ts'

/** Everybody who may look at a page. */
export interface Visitors {
  nobody: Browser
  learner: Browser
  admin: Browser
}

export interface UsedShop {
  world: World
  visitors: Visitors
  /** Addresses of every page, with ids that exist. */
  pages: string[]
}

/** A shop with an order, a learner with a note and an operator, so that every page has something to show. */
export async function openUsedShop(env: Record<string, string> = {}): Promise<UsedShop> {
  const world = await openWorld({ parts: ['emulators', 'worker', 'web'], env })
  const email = 'kaeuferin@example.de'
  const session = await order(world, email)
  await pay(world, session)
  await becomesWhole(world, session, email)
  const learner = await personIn(world, 'lernende@example.de', { course: true })
  const admin = await personIn(world, 'betreiberin@example.de', { admin: true, course: true })
  return {
    world,
    visitors: { nobody: world.browser(), learner: learner.browser, admin: admin.browser },
    pages: await pagesOf(world),
  }
}

/** The address of every `page.tsx` of the tree, with ids that exist: a new page is visited at once. */
export async function pagesOf(world: World): Promise<string[]> {
  const [ids] = await world.database.query<Record<string, string>>(
    `select (select id::text from purchase limit 1) as bestellungen, (select id::text from person limit 1) as personen,
       (select id::text from webhook_event limit 1) as ereignisse, (select id::text from letter limit 1) as mails,
       (select id::text from purchase limit 1) as pruefstand`,
  )
  const lesson = world.ctx.content.course().lessons[0]?.slug ?? ''
  const known: Record<string, string> = { ...ids, lektionen: lesson, bestaetigung: 'ABCD-EFGH' }
  return readdirSync(path.join(root, 'app'), { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'page.tsx')
    .map((file) => {
      const parts = path.dirname(file).split('/')
      const shown = parts.filter((part) => !/^(\(.*\)|\.)$/.test(part))
      return `/${shown.map((part, at) => (part.startsWith('[') ? (known[shown[at - 1] ?? ''] ?? 'x') : part)).join('/')}`
    })
    .sort()
}

/** Each page and each route, by GET and by POST, as each visitor. Fails for an answer from 500 on, except 503. */
export async function visitEverything({ world, visitors, pages }: UsedShop): Promise<void> {
  const failures: string[] = []
  const note = (what: string, status: number) => status >= 500 && status !== 503 && failures.push(`${what}: ${status}`)
  for (const [name, browser] of Object.entries(visitors)) {
    for (const page of pages) note(`${name} ${page}`, (await browser.get(page)).status)
    // A logout would end the visitor's session.
    for (const route of [...apiRoutes().map(({ path: at }) => at), '/robots.txt', '/sitemap.xml', '/plan/feed/x.ics'])
      if (!route.endsWith('/logout')) {
        note(`${name} GET ${route}`, (await browser.get(route)).status)
        note(`${name} POST ${route}`, (await browser.post(route, {})).status)
      }
  }
  expect(failures).toEqual([])
  expect(world.part('web').running).toBe(true)
}

/** What people really do, over and over. */
export async function useShop({ visitors, pages, world }: UsedShop, requests: number): Promise<void> {
  const { nobody, learner, admin } = visitors
  const lessons = world.ctx.content.course().lessons.map(({ slug }) => `/lektionen/${slug}`)
  const adminPages = pages.filter((page) => page.startsWith('/admin'))
  const others = pages.filter((page) => !page.startsWith('/admin'))
  const failed: string[] = []
  const one = async (turn: number) => {
    const kinds = [
      () => nobody.get(others[turn % others.length] ?? '/'),
      () => learner.get(lessons[turn % lessons.length] ?? '/'),
      () => learner.get('/werkstatt'),
      () => learner.get(`/api/search?q=${['plan', 'ruhe', 'fokus'][turn % 3]}`),
      () => admin.get(adminPages[turn % adminPages.length] ?? '/admin'),
      () => nobody.get(`/gibt-es-nicht-${turn}`),
      () => learner.get('/api/progress'),
      () => nobody.post('/api/auth/verify', { code: '000000' }),
    ]
    const answer = await (kinds[turn % kinds.length] ?? kinds[0])?.()
    if (answer && answer.status >= 500) failed.push(`${turn}: ${answer.status} ${answer.text.slice(0, 300)}`)
  }
  const AT_ONCE = 8
  let turn = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (turn < requests) await one(turn++)
    }),
  )
  expect(failed).toEqual([])
}
