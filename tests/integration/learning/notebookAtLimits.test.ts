import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Inspector, inspect } from '../../kit/heap.ts'
import { scriptsOf } from '../../kit/modules.ts'
import { type Person, personIn } from '../../kit/people.ts'
import { knock } from '../../kit/raw.ts'
import { until } from '../../kit/until.ts'
import { openWorld, type World } from '../../kit/world.ts'

/**
 * A book at its limits (2,000 notes, 4 MB, four scripts) through the front door, while somebody else is there too.
 * Nothing here looks at a clock: `npm run bench` says how long an answer takes.
 */

let world: World
let anna: Person
let inspector: Inspector

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'web'] })
  anna = await personIn(world, 'anna@example.de', { course: true })
  const lessons = world.ctx.content.course().lessons.map(({ id }) => id)
  await world.database.query(
    `insert into note (id, person_id, lesson_id, kind, body, position_ms)
     select gen_random_uuid(), $1, ($2::text[])[1 + n % 3], 'note', left('Notiz ' || n || ' ' || repeat($3, 60), 1100), n * 100
     from generate_series(1, 2000) n`,
    [anna.personId, lessons, 'Der Korb fragt **nicht**. 你好世界 مرحبا بالعالم 🎉 '],
  )
  const [size] = await world.database.query<{ bytes: number }>('select sum(octet_length(body))::int as bytes from note')
  expect(size?.bytes).toBeGreaterThan(3_000_000)
  expect(size?.bytes).toBeLessThanOrEqual(4_000_000)
  inspector = await inspect(world.part('web'))
})
afterAll(async () => {
  inspector?.close()
  await world?.close()
})

const cookie = () => ({ cookie: `session=${anna.browser.cookies.get('session')}` })
/** Milliseconds of processor time: of the main thread, and of the whole process. */
const processorTime = () =>
  inspector.evaluate<{ main: number; all: number }>(
    `(() => { const sum = ({ user, system }) => (user + system) / 1000
      return { main: sum(process.threadCpuUsage()), all: sum(process.cpuUsage()) } })()`,
  )

test('while a book becomes a PDF the web answers others, and the reader who leaves ends it', async () => {
  const before = await processorTime()
  const leaving = new AbortController()
  const file = await fetch(`${world.url}/api/notes/export.pdf`, { headers: cookie(), signal: leaving.signal })
  expect(file.status).toBe(200)
  const reader = file.body!.getReader()
  let [bytes, healthy, isRead] = [0, 0, false]
  const others = (async () => {
    while (!isRead) healthy += Number((await fetch(`${world.url}/api/health`)).status === 200)
  })()
  while (bytes < 300_000) bytes += (await reader.read()).value?.length ?? Number.POSITIVE_INFINITY
  const second = await fetch(`${world.url}/api/notes/export.pdf`, { headers: cookie() })
  expect([second.status, second.headers.get('retry-after')]).toEqual([429, '20'])
  expect(((await second.json()) as { error: { message: string } }).error.message).toContain('wird noch gemacht')
  const seen = await knock(world.url, 'GET', '/api/notes/export.pdf', {
    headers: { ...cookie(), 'sec-fetch-mode': 'navigate', referer: `${world.url}/heft?seite=2` },
  })
  expect([seen.status, seen.headers['retry-after'], seen.headers['content-type']]).toEqual([
    ...[429, '20', 'text/html; charset=utf-8'],
  ])
  expect(seen.text).toMatch(/<h1[^>]*>Einen Augenblick noch\.<\/h1>.*wird noch gemacht/)
  expect(seen.text).toMatch(/href="\/api\/notes\/export\.pdf">.*Noch einmal versuchen.*href="\/heft\?seite=2">Zurück</)
  isRead = true
  await others
  leaving.abort()
  expect(healthy).toBeGreaterThan(20)
  const after = await processorTime()
  const [main, thread] = [after.main - before.main, after.all - before.all - (after.main - before.main)]
  expect(main).toBeLessThan(thread)
  await until('the turn is free again', async () => {
    const again = await fetch(`${world.url}/api/notes/export.pdf?modul=frueher`, { headers: cookie() })
    await again.arrayBuffer()
    return again.status === 200
  })
  const scripts = await scriptsOf(world.part('web'))
  expect(scripts.length).toBeGreaterThan(50)
  expect(scripts.filter((url) => /pdfkit|fontkit|paper\.mjs|paper\/thread/.test(url))).toEqual([])
})

test('the book opens page by page, each a small part of it, with a way to every chapter', async () => {
  const first = await anna.browser.get('/heft')
  expect(first.text.length).toBeLessThan(1_000_000)
  const pages = Number(/Seite (?:<!-- -->)?1(?:<!-- -->)? von (?:<!-- -->)?(\d+)/.exec(first.text)?.[1])
  expect(pages).toBeGreaterThan(30)
  expect(first.text).toContain('Notiz 3 Der Korb')
  const next = /rel="next" href="([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&')
  const second = await anna.browser.get(next ?? '')
  expect(second.text).toMatch(/Seite (?:<!-- -->)?2(?:<!-- -->)? von/)
  expect(second.text).toContain('weiter</span>')
  const notesOn = (page: string) => new Set(page.match(/Notiz \d+ Der/g))
  expect([...notesOn(second.text)].some((note) => notesOn(first.text).has(note))).toBe(false)
  const last = await anna.browser.get(`/heft?seite=${pages + 7}`)
  expect(last.text).toMatch(new RegExp(`Seite (?:<!-- -->)?${pages}(?:<!-- -->)? von`))
  const found = await anna.browser.get('/heft?text=notiz%201999')
  expect(found.text).toContain('Notiz 1999 Der Korb')
  expect(found.text).not.toContain('rel="next"')
  const answer = (await anna.browser.get('/api/notes?seite=2')).json<{ notes: { body: string }[] }>()
  expect(answer.notes.length).toBe(notesOn(second.text).size)
})

test('the Markdown is whole', async () => {
  const { status, text } = await anna.browser.get('/api/notes/export.md')
  expect(status).toBe(200)
  expect(text.match(/Notiz \d+ Der Korb/g)).toHaveLength(2_000)
})
