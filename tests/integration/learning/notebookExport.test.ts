import { expect } from 'vitest'
import { readPdf } from '../../kit/pdf.ts'
import { type Person, personIn } from '../../kit/people.ts'
import { newAddress, test } from '../../kit/shop.ts'
import { readLog, type World } from '../../kit/world.ts'

/** „Mein Werkstatt-Heft“ as a file through the front door: what is in it, and who gets it. */

let world: World
let anna: Person

test.beforeAll(async ({ shop }) => {
  world = shop
  anna = await personIn(world, newAddress('anna'), { course: true })
})

const lessonOf = (at: number) => world.ctx.content.course().lessons.filter(({ written }) => written)[at]!

async function write(who: Person, fields: Record<string, unknown>): Promise<void> {
  const change = {
    ...{ id: crypto.randomUUID(), lessonId: lessonOf(0).id, kind: 'note', second: 187, body: '', deleted: false },
    ...{ base: 0, writer: 'page-one', seq: 1, over: [] },
    ...fields,
  }
  expect((await who.browser.post('/api/notes', [change])).status).toBe(200)
}

async function pdf(who: Person, query = '') {
  const response = await fetch(`${world.url}/api/notes/export.pdf${query}`, {
    headers: { cookie: `session=${who.browser.cookies.get('session')}` },
  })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="werkstatt-heft.pdf"')
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  return readPdf(new Uint8Array(await response.arrayBuffer()))
}

test('the file has what the book has, with its seconds, and nothing of anybody else', async () => {
  await world.database.query(`update person set name = 'Anna Amsel' where id = $1`, [anna.personId])
  await write(anna, { body: '**Luft** ans Ende 🎉 – שלום' })
  await write(anna, { kind: 'bookmark', second: 61, body: 'Der Satz' })
  await write(anna, { lessonId: lessonOf(1).id, second: null, body: '- [x] fertig\n- [ ] offen' })
  const ben = await personIn(world, newAddress('ben'), { course: true })
  await write(ben, { body: 'gehört Ben' })
  const { text, pages } = await pdf(anna)
  expect(pages).toBe(1)
  const [first, second] = [lessonOf(0), lessonOf(1)]
  for (const words of [
    'Mein Werkstatt-Heft Anna Amsel',
    `Lektion ${first.number}: ${first.title} 3:07 Luft ans Ende 🎉 –`,
    '1:01 Merkstelle: Der Satz',
    `Lektion ${second.number}: ${second.title} Ganze Lektion`,
    '☑ fertig ☐ offen',
  ])
    expect(text).toContain(words)
  expect(text).not.toContain('Ben')
  expect((await pdf(ben)).text).not.toMatch(/Luft|Anna/)
})

test('the filter of the page holds for the file, and the page links to it', async () => {
  const query = '?art=merkstellen&text=satz'
  const { text } = await pdf(anna, query)
  expect(text).toContain('Auswahl: nur Merkstellen, worin „satz“ steht')
  expect(text).toContain('Der Satz')
  expect(text).not.toContain('Luft')
  const page = await anna.browser.get(`/heft${query}`)
  expect(page.text).toContain('href="/api/notes/export.pdf?art=merkstellen&amp;text=satz"')
  for (const odd of ['?modul=gibt-es-nicht&art=unsinn', `?text=${'x'.repeat(3_000)}`, '?modul=1&modul=2', '?mehr=1'])
    expect((await pdf(anna, odd)).text).toContain('Mein Werkstatt-Heft')
})

test('an empty book is a page that says what will stand there', async () => {
  const nobody = await personIn(world, newAddress('leer'), { course: true })
  expect((await pdf(nobody)).text).toContain('Noch ist das Heft leer.')
})

test('without a login, and with a query no database could hold, it answers as the Markdown does', async () => {
  const answers = async (who: Person['browser'], query = '') =>
    Promise.all(
      ['md', 'pdf'].map(async (format) => {
        const { status, headers, text } = await who.get(`/api/notes/export.${format}${query}`)
        const { code, message } = (JSON.parse(text) as { error: { code: string; message: string } }).error
        return [status, headers.get('content-type'), code, message]
      }),
    )
  const [markdown, paper] = await answers(world.browser())
  expect(paper).toEqual(markdown)
  expect(paper?.[0]).toBe(401)
  const [oddMarkdown, oddPaper] = await answers(anna.browser, '?text=a%00b')
  expect(oddPaper).toEqual(oddMarkdown)
  expect(oddPaper?.[0]).toBe(400)
})

test('a thousand notes arrive within seconds, and the thirteenth book in five minutes waits', async () => {
  const writer = await personIn(world, newAddress('viel'), { course: true })
  await world.database.query(
    `insert into note (id, person_id, lesson_id, kind, body, position_ms)
     select gen_random_uuid(), $1, $2, 'note', 'Notiz ' || n || ' mit **Wörtern**', n * 100 from generate_series(1, 1000) n`,
    [writer.personId, lessonOf(0).id],
  )
  const { text, pages } = await pdf(writer)
  expect(text).toContain('Notiz 1000 mit Wörtern')
  expect(pages).toBeGreaterThan(20)
  const answers = await Promise.all(
    Array.from({ length: 13 }, () => writer.browser.get('/api/notes/export.pdf?art=haken')),
  )
  const late = answers.filter(({ status }) => status === 429)
  expect(late.length).toBeGreaterThanOrEqual(2)
  expect(Number(late[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(readLog(world, 'web')).not.toMatch(/Notiz 1000|Luft/)
})
