import { setTimeout as sleep } from 'node:timers/promises'
import type { Learner } from './learners.ts'
import { keptConnections, percentile, send } from './load.ts'
import { ms, type Report } from './report.ts'
import type { Shop } from './shop.ts'

/** What a book may hold at most: 2,000 notes, four million bytes. */
const NOTES = 2_000
const NOTE_CHARACTERS = 1_100
const EVERY_MS = 20
const BUDGET_MS = 100

const work = [
  ['drawn as a PDF', '/api/notes/export.pdf'],
  ['taken along as text', '/api/notes/export.md'],
  ['opened', '/heft'],
  ['searched', '/heft?text=gibt+es+nicht'],
] as const

/** How long somebody else's `/api/health` takes while a book at its limits is worked on. */
export async function measureBook(shop: Shop, { personId, cookie, ip }: Learner, report: Report): Promise<void> {
  await shop.sql(
    `insert into note (id, person_id, lesson_id, kind, body, position_ms)
      select gen_random_uuid(), $1, lesson_id, 'note', left(repeat($2, 60), $3::int), n * 100
      from generate_series(1, $4::int) n, lateral (select lesson_id from passage order by md5(lesson_id || n) limit 1) as one`,
    [personId, 'Der Korb fragt **nicht**. 你好世界 مرحبا بالعالم 🎉 ', NOTE_CHARACTERS, NOTES],
  )
  report.title(
    `A book at its limits: ${NOTES.toLocaleString('en')} notes in four scripts, and somebody else’s /api/health`,
  )
  for (const [what, path] of work) {
    const began = performance.now()
    let over = false
    const done = fetch(`${shop.origin}${path}`, { headers: { cookie, 'x-forwarded-for': ip } }).then(async (answer) => {
      const bytes = (await answer.arrayBuffer()).byteLength
      over = true
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
      return bytes
    })
    const agent = keptConnections(1)
    const times: number[] = []
    while (!over) {
      times.push((await send(agent, shop.origin, { path: '/api/health' })).firstByte)
      await sleep(EVERY_MS)
    }
    agent.destroy()
    const bytes = await done
    const slowest = percentile(times, 1)
    report.judge(
      `while it is ${what}, the slowest`,
      `${ms(slowest)}  p50 ${ms(percentile(times, 0.5))}`,
      `< ${BUDGET_MS} ms`,
      slowest < BUDGET_MS,
    )
    const seconds = (performance.now() - began) / 1000
    report.note(`it was ${what} in`, `${seconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB`)
  }
}
