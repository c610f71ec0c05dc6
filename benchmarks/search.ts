import { setTimeout as sleep } from 'node:timers/promises'
import type { Learner } from './learners.ts'
import { keptConnections, percentile, send } from './load.ts'
import { ms, type Report } from './report.ts'
import type { Shop } from './shop.ts'

/** All kinds of searches: common and rare words, parts of words, typos, phrases, many hits and none. */
const queries = [
  'Eingangskorb',
  'Zeit',
  'Arbeit Woche',
  'Auslöser',
  'ausloeser',
  'Eingangkorb',
  'Gewonheit',
  'korb',
  'en',
  'ze',
  'Zwei-Minuten-Regel',
  'E-Mail',
  '"mit dem Besen"',
  'Mail -Newsletter',
  'Zettel',
  'der die das',
  'Quastenflosser',
  'Xylophonunterrichtsstunde',
  'Tag Woche Zeit Arbeit Liste Kalender Zettel Uhr',
  'Verantwortungsbewusstsein aufschieben Prokrastination',
] as const

const LEARNERS = 10
const NOTES = 200
const WARM_ROUNDS = 2
const ROUNDS = 15
/** Sentences of a written lesson, at least; unwritten lessons are filled up with those of others. */
const FULL_LESSON = 70
const BUDGET_MS = 100
const INDEX_WAIT_MS = 60_000

const count = async (shop: Shop) => {
  const [row] = await shop.sql<{ passages: number; lessons: number }>(
    'select count(*)::int as passages, count(distinct lesson_id)::int as lessons from passage',
  )
  return row ?? { passages: 0, lessons: 0 }
}

async function indexed(shop: Shop): Promise<void> {
  for (let waited = 0; waited < INDEX_WAIT_MS; waited += 200) {
    if ((await count(shop)).passages > 0) return
    await sleep(200)
  }
  throw new Error('the worker did not index the course within a minute')
}

/** Fills the database as if all lessons were written, and gives learners many notes of three sentences each. */
async function fill(shop: Shop, people: string[]): Promise<void> {
  await shop.sql(
    `insert into passage (lesson_id, kind, place, second, body)
      select thin.lesson_id, 'text', 1000 + row_number() over (partition by thin.lesson_id), null, more.body
      from (select lesson_id, count(*) as has from passage group by lesson_id having count(*) < $1) as thin,
        lateral (select body from passage where kind in ('text', 'spoken') and lesson_id <> thin.lesson_id
          order by md5(thin.lesson_id || body) limit $1 - thin.has) as more`,
    [FULL_LESSON],
  )
  await shop.sql(
    `insert into note (id, person_id, lesson_id, kind, position_ms, body)
      select gen_random_uuid(), person, (array_agg(lesson_id))[1], 'note', nth * 1000, string_agg(body, ' ')
      from unnest($1::uuid[]) as person, generate_series(1, $2::int) as nth,
        lateral (select lesson_id, body from passage where kind = 'text' order by md5(nth || body) limit 3) as said
      group by person, nth`,
    [people, NOTES],
  )
  await shop.sql('analyze')
}

/** One question after the other over one connection, from sending to the answer's first byte. */
export async function measureSearch(shop: Shop, everyone: Learner[], report: Report): Promise<void> {
  const learners = everyone.slice(0, LEARNERS)
  await indexed(shop)
  await fill(
    shop,
    learners.map(({ personId }) => personId),
  )
  const agent = keptConnections(1)
  const times = new Map<string, number[]>(queries.map((query) => [query, []]))
  for (let round = -WARM_ROUNDS; round < ROUNDS; round++)
    for (const query of queries) {
      const { cookie, ip } = learners[Math.abs(round) % LEARNERS]!
      const path = `/api/search?${new URLSearchParams({ q: query })}`
      const answer = await send(agent, shop.origin, { path, headers: { cookie, 'x-forwarded-for': ip } })
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
      if (round >= 0) times.get(query)!.push(answer.firstByte)
    }
  agent.destroy()
  const { passages, lessons } = await count(shop)
  const slowest = [...times]
    .map(([query, own]) => ({ query, p50: percentile(own, 0.5) }))
    .sort((a, b) => b.p50 - a.p50)[0]!
  const all = [...times.values()].flat()
  report.title(`Search: ${passages.toLocaleString('en')} sentences in ${lessons} lessons, ${NOTES} notes a learner`)
  report.judge(
    `${queries.length} kinds of questions, the slowest hundredth`,
    `${ms(percentile(all, 0.99))}  p50 ${ms(percentile(all, 0.5))}`,
    `< ${BUDGET_MS} ms`,
    percentile(all, 0.99) < BUDGET_MS,
  )
  report.note('the slowest question', `p50 ${ms(slowest.p50)}: ${slowest.query.slice(0, 24)}`)
}
