import { expect } from 'vitest'
import { type Person, personIn } from '../../kit/people.ts'
import { newAddress, test } from '../../kit/shop.ts'
import { until } from '../../kit/until.ts'
import { readLog, type World } from '../../kit/world.ts'

/** The search through the front door: page, route, limits, and what stays out of the log. */

let world: World
let learner: Person

test.beforeAll(async ({ shop }) => {
  world = shop
  learner = await personIn(world, newAddress('suchende'), { course: true })
  await until('the worker to index the course', async () => {
    const [row] = await world.database.query<{ all: string }>('select count(*) as all from passage')
    return Number(row?.all) > 0
  })
})

interface Answer {
  state: string
  lessons: { id: string }[]
  error?: { code: string; message: string; fields?: Record<string, string> }
}
const ask = (q: string, person = learner) => person.browser.get(`/api/search?${new URLSearchParams({ q })}`)

test('the page answers a plain form, with the sentence marked and a link to its second', async () => {
  const { status, text, headers } = await learner.browser.get('/suche?q=Besen')
  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('private, no-store')
  expect(text).toContain('<mark>Besen</mark>')
  expect(text).toMatch(/href="\/lektionen\/was-dich-heute-kostet\?t=\d+"/)
  expect(text).toMatch(/<form[^>]*action="\/suche"/)
})

test('what was typed stands escaped on the page, and never in the log', async () => {
  const { text } = await learner.browser.get(
    `/suche?${new URLSearchParams({ q: '"><script>quastenflosser</script>' })}`,
  )
  expect(text).not.toContain('<script>quastenflosser')
  await ask('quastenflosser')
  await until('the log line', () => readLog(world, 'web').includes('/api/search?q=…'))
  expect(readLog(world, 'web')).not.toContain('quastenflosser')
})

test('the route answers as the page does', async () => {
  expect((await ask('Eingangskorb')).json<Answer>()).toMatchObject({
    state: 'found',
    lessons: expect.arrayContaining([expect.objectContaining({ id: 'der-eingangskorb' })]),
  })
  expect((await ask('')).json<Answer>().state).toBe('empty')
})

test('nobody searches without a login', async () => {
  expect((await world.browser().get('/api/search?q=Korb')).status).toBe(401)
  const page = await world.browser().get('/suche?q=Korb')
  expect([page.status, page.headers.get('location')]).toEqual([
    307,
    expect.stringContaining('/anmelden?next=%2Fsuche%3Fq%3DKorb'),
  ])
})

test.each([
  ['a query of 300 characters', `?q=${'x'.repeat(300)}`, 400, 'invalid_input'],
  ['a query of 10,000 characters', `?q=${'x'.repeat(10_000)}`, 414, 'invalid_input'],
  ['a NUL', '?q=%00', 400, 'invalid_input'],
])('%s is refused with a sentence', async (_, query, status, code) => {
  const answer = await learner.browser.get(`/api/search${query}`)
  expect([answer.status, answer.json<Answer>().error?.code]).toEqual([status, code])
  expect(answer.json<Answer>().error?.message).toMatch(/\.$/)
})

test.each([
  ['a query of 300 characters', `?q=${'x'.repeat(300)}`, 'mehr als 200 Zeichen'],
  ['a NUL and half a character', '?q=%00%ED%A0%80', 'alle Lektionen, die für dich offen sind'],
  ['the same name twice', '?q=Besen&q=Korb', '<mark>Besen</mark>'],
  ['stop words', '?q=der+und', 'fast jedem Satz'],
  ['something that is nowhere', '?q=Quastenflosser', 'Nichts gefunden für „<!-- -->Quastenflosser'],
])('the page has a sentence for %s', async (_, query, sentence) => {
  const { status, text } = await learner.browser.get(`/suche${query}`)
  expect(status).toBe(200)
  expect(text).toContain(sentence)
})

test('who searches without end is asked to wait', async () => {
  const hasty = await personIn(world, newAddress('hastig'), { course: true })
  const statuses: number[] = []
  while (statuses.length < 400 && !statuses.includes(429))
    statuses.push(...(await Promise.all(Array.from({ length: 50 }, () => ask('', hasty)))).map(({ status }) => status))
  expect(statuses).toContain(429)
  expect((await hasty.browser.get('/suche?q=Korb')).text).toContain('Warte eine Minute')
})
