import { readdirSync } from 'node:fs'
import path from 'node:path'
import { type Learner, taking } from './learners.ts'
import { freePath, lessonPath } from './learning.ts'
import { hammer, type Load, median, type Shot } from './load.ts'
import { kB, ms, perSecond, type Report } from './report.ts'
import type { Shop } from './shop.ts'

const ROUNDS = 3
const SECONDS = 4
const CROWD = 32

/** Another server's page, measured in turns with ours: `--beside <url> [--cookie <name=value>]`. */
export interface Beside {
  url: string
  cookie: string | null
}

/** Reads every `--beside` with the `--cookie` behind it. Throws on a `--cookie` without one. */
export function besidesOf(words: string[]): Beside[] {
  const found: Beside[] = []
  for (let at = 0; at < words.length; at++) {
    const value = words[at + 1] ?? ''
    if (words[at] === '--beside') found.push({ url: new URL(value).href, cookie: null })
    if (words[at] !== '--cookie') continue
    const last = found.at(-1)
    if (!last) throw new Error('--cookie belongs behind the --beside that it is for.')
    last.cookie = value
  }
  return found
}

interface Page {
  name: string
  origin: string
  next: () => Shot
  /** At least so many a second at 32 connections, where no other server is measured beside. */
  budget?: number
}

const withGzip = { accept: 'text/html', 'accept-encoding': 'gzip' }

function pagesOf(shop: Shop, learners: Learner[], besides: Beside[]): Page[] {
  const { origin } = shop
  const take = taking(learners)
  const visitor = (path: string) => () => ({ path, headers: withGzip })
  const learner = (path: string) => () => {
    const { cookie, ip } = take()
    return { path, headers: { ...withGzip, cookie, 'x-forwarded-for': ip } }
  }
  return [
    { name: 'start page', origin, next: visitor('/'), budget: 1_400 },
    { name: 'course page', origin, next: visitor('/kurs'), budget: 1_400 },
    { name: 'free lesson of a visitor', origin, next: visitor(freePath()), budget: 1_400 },
    { name: 'lesson of a learner', origin, next: learner(lessonPath()), budget: 130 },
    { name: 'Werkbank of a learner', origin, next: learner('/werkstatt'), budget: 130 },
    ...besides.map(({ url, cookie }): Page => {
      const { origin, pathname, search } = new URL(url)
      const headers = { ...withGzip, ...(cookie && { cookie }) }
      return { name: `beside: ${url.slice(0, 38)}`, origin, next: () => ({ path: pathname + search, headers }) }
    }),
  ]
}

/**
 * The pages that many people ask for at once, with one connection and with 32, three rounds in turns, medians. The web
 * has answered every page and route before.
 */
export async function measurePages(shop: Shop, learners: Learner[], besides: Beside[], report: Report): Promise<void> {
  await visitAll(shop, learners[0]!)
  const pages = pagesOf(shop, learners, besides)
  const rounds = new Map(pages.map((page) => [page, [] as { one: Load; crowd: Load }[]]))
  for (let round = 0; round < ROUNDS; round++)
    for (const page of pages)
      rounds.get(page)?.push({
        one: await hammer(page.origin, 1, SECONDS, page.next),
        crowd: await hammer(page.origin, CROWD, SECONDS, page.next),
      })
  report.title(
    `Pages of a used web: gzip, ${ROUNDS} rounds of ${SECONDS} s in turns, medians; 1 and ${CROWD} connections`,
  )
  for (const [page, taken] of rounds) {
    const of = (value: (round: { one: Load; crowd: Load }) => number) => median(taken.map(value))
    const rate = of(({ crowd }) => crowd.rate)
    const bad = taken.flatMap(({ one, crowd }) => [one.why, crowd.why]).filter(Boolean)
    const figure = `${perSecond(of(({ one }) => one.rate))} · ${perSecond(rate)}  p99 ${ms(of(({ crowd }) => crowd.p99))}`
    const size = await weightOf(page)
    const line = `${figure}  ${size}${bad.length > 0 ? `  ${bad.join('; ')}` : ''}`
    if (page.budget === undefined) report.note(page.name, line)
    else report.judge(page.name, line, `≥ ${perSecond(page.budget)}`, rate >= page.budget && bad.length === 0)
  }
}

async function weightOf({ origin, next }: Page): Promise<string> {
  const { path, headers } = next()
  const answer = await fetch(new URL(path, origin), { headers })
  return kB((await answer.arrayBuffer()).byteLength)
}

/** Every page and every route that a GET reaches, as a visitor and as a learner; answers do not matter. */
async function visitAll(shop: Shop, { cookie, ip }: Learner): Promise<void> {
  const addresses = readdirSync('app', { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(page\.tsx|route\.ts)$/.test(path.basename(file)))
    .map((file) => `/${path.dirname(file)}`)
    .map((folder) =>
      folder
        .replace(/\/\(\w+\)/g, '')
        .replace('/lektionen/[slug]', lessonPath())
        .replace(/\[.*?\]+/g, 'x'),
    )
    .filter((address) => !address.includes('/flow/'))
  for (const address of addresses)
    for (const headers of [{}, { cookie, 'x-forwarded-for': ip }] as Record<string, string>[])
      await fetch(new URL(address, shop.origin), { headers, redirect: 'manual', signal: AbortSignal.timeout(10_000) })
        .then((answer) => answer.arrayBuffer())
        .catch(() => {})
}
