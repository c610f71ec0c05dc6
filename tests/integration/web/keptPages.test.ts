import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { paths } from '#app/_http/paths.ts'
import type { Lesson } from '#ports'
import { type Person, personIn } from '../../kit/people.ts'
import { until } from '../../kit/until.ts'
import { openWorld, type World } from '../../kit/world.ts'

/** Pages that are made once (docs/decisions/keptPages.md), beside the same pages as Next draws them for one reader. */

let world: World
let lessons: Lesson[]
beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker', 'web'], ownPostgres: true })
  lessons = world.ctx.content.course().lessons
  await until('the price is mirrored', async () => (await price())?.unitAmount === 34_900)
})
afterAll(() => world?.close())

const price = async () =>
  (await world.database.query<{ unitAmount: number }>('select unit_amount as "unitAmount" from price where current'))[0]
const free = () => lessons.find((lesson) => lesson.free)!
const closed = () => lessons.find((lesson) => !lesson.free && lesson.written)!

/** What a reader sees: no scripts, no nonce, no preloads, which stand at the page's other end. */
const seen = (html: string) =>
  html
    .replace(/<script[\s\S]*?<\/script>/g, '')
    .replace(/<link [^>]*>/g, '')
    .replace(/ nonce="[^"]*"/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')

/** Only what Next draws for one reader has one. */
const hasNonce = (html: string) => html.includes(' nonce="')
const isKept = (headers: Headers) => headers.has('etag')
/** Two questions: the first may be the one that made it. */
async function kept(path: string, headers: Record<string, string> = {}) {
  await fetch(`${world.url}${path}`)
  return fetch(`${world.url}${path}`, { headers })
}
/** A cookie that opens nothing: its browser is a visitor whose page nobody keeps. */
const byNext = (path: string) => fetch(`${world.url}${path}`, { headers: { cookie: 'session=of-nobody' } })

describe('a public page for a visitor', () => {
  const pages = () => [
    '/',
    '/kurs',
    '/impressum',
    '/datenschutz',
    '/agb',
    '/barrierefreiheit',
    '/anmelden',
    paths.lesson(free().slug),
  ]

  test('is the page that Next draws, with a policy of its own scripts and no nonce', async () => {
    for (const path of pages()) {
      const page = await kept(path)
      const drawn = await byNext(path)
      const html = await page.text()
      expect([path, page.status, isKept(page.headers), isKept(drawn.headers)]).toEqual([path, 200, true, false])
      expect(seen(html), path).toBe(seen(await drawn.text()))
      expect(hasNonce(html)).toBe(false)
      const policy = page.headers.get('content-security-policy') ?? ''
      const scripts = [...html.matchAll(/<script(?![^>]*\s(?:src|type)=)[^>]*>([\s\S]*?)<\/script>/g)]
      expect(scripts.length).toBeGreaterThan(2)
      for (const [, script = ''] of scripts)
        expect(policy).toContain(`'sha256-${createHash('sha256').update(script).digest('base64')}'`)
      for (const name of ['referrer-policy', 'x-frame-options', 'permissions-policy', 'x-content-type-options'])
        expect([name, page.headers.get(name)]).toEqual([name, drawn.headers.get(name)])
      expect(page.headers.getSetCookie()).toEqual([])
    }
  })

  test('comes in the encoding that was asked for, and as 304 to a browser that has it', async () => {
    for (const encoding of ['br', 'gzip', 'identity']) {
      const page = await kept('/', { 'accept-encoding': encoding })
      expect(page.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding)
      expect(await page.text()).toContain('</html>')
      const etag = page.headers.get('etag') ?? ''
      const again = await kept('/', { 'accept-encoding': encoding, 'if-none-match': `"other", W/${etag}` })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
    const head = await fetch(`${world.url}/`, { method: 'HEAD' })
    expect([head.status, isKept(head.headers), await head.text()]).toEqual([200, true, ''])
  })

  test.each([
    ['a query that is none of its own', '/?utm_source=x', {}],
    ['a second of the film', () => `${paths.lesson(free().slug)}?t=12`, {}],
    ['the order page, whose form has a number of its own', '/bestellen', {}],
    ['Next’s own navigation', '/', { rsc: '1' }],
    ['somebody with a session', '/', { cookie: 'session=of-nobody' }],
  ] as [string, string | (() => string), Record<string, string>][])('is not kept for %s', async (_, path, headers) => {
    const page = await kept(typeof path === 'string' ? path : path(), headers)
    expect([page.status, isKept(page.headers)]).toEqual([200, false])
  })

  test('shows a new price within a second, and a new rule', async () => {
    expect(await (await kept('/')).text()).toContain('349')
    await world.database.query('update price set unit_amount = 41_100 where current')
    await until('the start page has the new price', async () => (await (await kept('/')).text()).includes('411'))
    const rule = { kind: 'days', days: 9, time: '06:00' }
    await world.database.query(`insert into release_override (scope, rule) values ($1, $2)`, [
      `lesson:${closed().id}`,
      JSON.stringify(rule),
    ])
    await until('the course page says when it opens', async () =>
      (await (await kept('/kurs')).text()).includes('öffnet'),
    )
  })

  test('still comes from memory while PostgreSQL is away, with its price', async () => {
    await kept('/')
    await world.postgres!.stop()
    try {
      const page = await fetch(`${world.url}/`)
      expect([page.status, isKept(page.headers)]).toEqual([200, true])
      expect(await page.text()).toContain('411')
      // A page that is first asked for now lacks something, and is kept for nobody.
      const first = await kept('/barrierefreiheit')
      expect(first.status).toBe(200)
    } finally {
      await world.postgres!.start()
    }
    await until('pages are kept again', async () => isKept((await kept('/')).headers))
  })
})

describe('a learner’s page', () => {
  /** The same address with a query that we do not know goes to Next. */
  const both = async (person: Person, path: string) => {
    await person.browser.get(path)
    return [await person.browser.get(path), await person.browser.get(`${path}?von=test`)] as const
  }

  test('is the page that Next draws, with this learner’s own parts alone', async () => {
    const lesson = closed()
    const [one, other] = [
      await personIn(world, 'eine@example.de', { course: true }),
      await personIn(world, 'andere@example.de', { course: true }),
    ]
    const note = { lessonId: lesson.id, kind: 'note', deleted: false, base: 0, seq: 1, over: [], second: 3 }
    const body = 'Nur von mir </script><b>'
    const written = await one.browser.post('/api/notes', [{ ...note, id: randomUUID(), writer: randomUUID(), body }])
    expect(written.status).toBe(200)
    for (const path of ['/werkstatt', paths.lesson(lesson.slug)]) {
      for (const person of [one, other]) {
        const [filled, drawn] = await both(person, path)
        expect([path, filled.status]).toEqual([path, 200])
        expect([path, hasNonce(filled.text), hasNonce(drawn.text)]).toEqual([path, false, true])
        expect(seen(filled.text), path).toBe(seen(drawn.text))
        expect(filled.text.includes('<template data-part')).toBe(false)
        expect(filled.text.includes(person.personId)).toBe(true)
        expect(filled.headers.get('cache-control')).toBe('private, no-store')
      }
    }
    const page = await other.browser.get(paths.lesson(lesson.slug))
    expect([page.text.includes('Nur von mir'), page.text.includes(one.personId)]).toEqual([false, false])
  })

  test('of a locked lesson, of somebody without the course and of an operator is Next’s', async () => {
    const path = paths.lesson(closed().slug)
    const stranger = await personIn(world, 'ohne@example.de')
    const operator = await personIn(world, 'betreiberin@example.de', { admin: true, course: true })
    for (const person of [stranger, operator]) {
      const [page] = await both(person, path)
      expect([page.status, hasNonce(page.text)]).toEqual([200, true])
    }
    expect((await stranger.browser.get(path)).text).toContain('noch nicht bestellt')
  })
})
