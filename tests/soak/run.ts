import { setTimeout as sleep } from 'node:timers/promises'
import { courseRules } from '#domain/learning/courseRules.ts'
import { seededRandom } from '#emulators/kit/random.ts'
import { createContent } from '#libs/content.ts'
import { root } from '#tests/kit/processes.ts'
import { startWorkshop } from '#tests/kit/workshop.ts'
import * as people from './actors.ts'
import { type Books, openBooks } from './books.ts'
import { logsMb, measure, type Reading, WEB } from './measure.ts'
import { garbage, slowClients } from './strangers.ts'
import { Cut } from './visit.ts'

export interface Soak {
  seed: number
  /** Of traffic; start, measuring and stop come on top. */
  minutes: number
}

export interface SoakOutcome {
  soak: Soak
  books: Books
  readings: Reading[]
  faults: string[]
}

/** As a small machine derives them, the limits are the tightest that anybody has (`start/limits.ts`). */
const SMALL_MACHINE_MB = '2048'
/** The share of the time that fills caches before the first reading that counts, in seconds at most. */
const WARM_SHARE = 0.3
const WARM_MOST_S = 90
const READ_EVERY_S = 60
/** Beyond traffic: a soak that has not ended by then is stuck, which is a finding. */
const SPARE_MS = 6 * 60_000
/**
 * Three in a hundred, what a reading itself wavers by, and what Next remembers of addresses asked for, found or not: it
 * keeps up to 8 MB of them (docs/decisions/memoryLimits.md). A short soak is over before V8 has compiled what is hot:
 * it finds what leaks with every request, a long one what leaks slowly.
 */
const LONG_MINUTES = 5
const ADDRESSES_MB = 8
const flat = (minutes: number, first: number, last: number) =>
  last <= (minutes < LONG_MINUTES ? first * 1.1 : first * 1.03 + ADDRESSES_MB) + 2
const DESCRIPTORS_MORE = 12
/** A part's log and its kept end (`start/logs.ts`), for seven parts. */
const LOGS_MB = 7 * 41
const SLOW_CLIENTS = 24

/** How many of each are there at any time. */
const crowd: [name: string, count: number, life: (town: people.Town) => Promise<unknown>][] = [
  ['buyers', 2, people.buyer],
  ['learners', 4, people.learner],
  ['searchers', 1, people.searcher],
  ['exporters', 1, people.exporter],
  ['strollers', 2, people.stroller],
  ['garbage', 2, garbage],
]

/** Mixed traffic on the real product with its real limits. Ends by itself; throws only when it cannot go on. */
export async function runSoak(soak: Soak, say: (line: string) => void): Promise<SoakOutcome> {
  const began = Date.now()
  const books = openBooks()
  const readings: Reading[] = []
  // The inspector opens when it is asked for, on a port of its own.
  const env = { NODE_OPTIONS: '--inspect-port=0', WERKSTATT_MEMORY_MB: SMALL_MACHINE_MB }
  const shop = await startWorkshop({ clean: true, env })
  let ip = 0
  const town: people.Town = {
    ...{ shop, books, random: seededRandom(soak.seed), learners: [] },
    lessons: createContent(root, courseRules).course().lessons,
    nextIp: () => `10.${(++ip >> 16) & 255}.${(ip >> 8) & 255}.${ip & 255}`,
  }
  const stuck = setTimeout(
    () => {
      books.wrong('the soak did not end in time')
      void shop.stop()
    },
    soak.minutes * 60_000 + SPARE_MS,
  )
  try {
    const web = shop.pid(WEB)
    const operator = await settleIn(town)
    const read = async (atRest: boolean) => {
      const reading = await measure(shop, began, atRest)
      readings.push(reading)
      say(inWords(reading))
    }
    await read(false)
    const seconds = soak.minutes * 60
    const warm = Math.min(seconds * WARM_SHARE, WARM_MOST_S)
    say(`Everything visited once. ${Math.round(warm)} s to warm up, then ${Math.round(seconds - warm)} s that count.`)
    await traffic(town, operator, warm)
    await read(true)
    const first = readings.at(-1)
    for (let left = seconds - warm; left > 0; left -= READ_EVERY_S) {
      await traffic(town, operator, Math.min(left, READ_EVERY_S))
      await read(left <= READ_EVERY_S)
    }
    judge(soak, books, first, readings)
    if (shop.pid(WEB) !== web) books.wrong('the web was started again')
    for (const line of shop.printed().split('\n'))
      if (/stopped unexpectedly|in a row/.test(line)) books.wrong(`the starter said: ${line}`)
    if (logsMb(shop) > LOGS_MB) books.wrong(`the logs take ${Math.round(logsMb(shop))} MB`)
  } finally {
    clearTimeout(stuck)
    books.stalls.end()
    await shop.stop()
  }
  return { soak, books, readings, faults: books.faults }
}

/** The first people come, and every page is visited once by each kind of person. */
async function settleIn(town: people.Town) {
  await people.untilOpen(town)
  const [first, second] = await Promise.all([people.buy(town), people.buy(town)])
  town.learners.push(first, second)
  const operator = await people.operatorIn(town)
  for (const page of people.publicPages) await first.get(page)
  for (const page of people.memberPages) await first.get(page)
  for (const page of people.adminPages) await operator.get(page)
  for (const lesson of town.lessons.slice(0, 5)) await first.get(`/lektionen/${lesson.slug}`, [200, 307])
  for (const file of ['export.md', 'export.pdf']) await first.get(`/api/notes/${file}`)
  return operator
}

async function traffic(town: people.Town, operator: Awaited<ReturnType<typeof settleIn>>, seconds: number) {
  const deadline = Date.now() + seconds * 1000
  const over = () => Date.now() >= deadline
  const live = async (name: string, deed: () => Promise<unknown>) => {
    while (!over()) {
      // People think. Without it the crowd takes every processor there is, and PostgreSQL gets none.
      await sleep(50 + town.random.next() * 200)
      await deed().catch(async (error: Error) => {
        // The answer that did not come is already in the books.
        if (!(error instanceof Cut)) town.books.wrong(`${name}: ${error.message}`)
        await sleep(500)
      })
    }
  }
  await Promise.all([
    ...crowd.flatMap(([name, count, life]) => Array.from({ length: count }, () => live(name, () => life(town)))),
    live('admin', () => people.admin(town, operator)),
    slowClients(town, SLOW_CLIENTS, over),
  ])
}

function judge(soak: Soak, books: Books, first: Reading | undefined, readings: Reading[]): void {
  const last = readings.at(-1)
  if (!first || !last) {
    books.wrong('nothing was measured')
    return
  }
  if (!flat(soak.minutes, first.heapMb, last.heapMb))
    books.wrong(`the live heap grew from ${first.heapMb.toFixed(1)} to ${last.heapMb.toFixed(1)} MB`)
  const most = Math.max(...readings.map(({ heapMb }) => heapMb))
  if (most > last.limitMb / 2)
    books.wrong(`the live heap reached ${most.toFixed(1)} MB, more than half of the limit of ${last.limitMb} MB`)
  if (first.descriptors !== null && (last.descriptors ?? 0) > first.descriptors + DESCRIPTORS_MORE)
    books.wrong(`open descriptors grew from ${first.descriptors} to ${last.descriptors}`)
}

const inWords = ({ at, heapMb, limitMb, descriptors, logsMb }: Reading) =>
  `${String(at).padStart(5)} s: live heap ${heapMb.toFixed(1)} of ${limitMb} MB, ${descriptors ?? '?'} descriptors, ${logsMb.toFixed(1)} MB of logs`

/** Begins with the seed and ends, when something is wrong, with the command that repeats it. */
export function report({ soak, books, readings, faults }: SoakOutcome): string {
  const again = `npm run soak -- --minutes ${soak.minutes} --seed ${soak.seed}`
  return [
    `Soak of ${soak.minutes} minutes, seed ${soak.seed}: ${books.answers} answers; the machine stood still ${books.stalls.count} times.`,
    books.table(),
    ...[...books.refusals].map(([why, times]) => `  by design: ${why}: ${times}`),
    ...readings.map(inWords),
    faults.length === 0
      ? 'Nothing wrong.'
      : `${faults.length} faults:\n${faults.map((one) => `  ${one}`).join('\n')}\nAgain: ${again}`,
  ].join('\n')
}
