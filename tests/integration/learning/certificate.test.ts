import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import type { Viewer } from '#domain/access/rules.ts'
import { certify } from '#domain/learning/certificate/certify.ts'
import { participation } from '#domain/learning/certificate/participation.ts'
import { viewerBehind } from '#tests/kit/viewer.ts'
import { readPdf } from '../../kit/pdf.ts'
import { type Person, personIn } from '../../kit/people.ts'
import { newAddress, test } from '../../kit/shop.ts'
import { readLog, type World } from '../../kit/world.ts'

/** The Teilnahmebestätigung over HTTP: reached, named, printed, looked up, and kept from everybody else. */

let world: World

test.beforeAll(async ({ shop }) => {
  world = shop
})

const lessons = () => world.ctx.content.course().lessons
const learner = (options: Parameters<typeof personIn>[2] = {}) =>
  personIn(world, newAddress('teilnahme'), { course: true, ...options })

/** Ticks lessons off as the player's switch does; all of them unless told otherwise. */
async function tick(person: Person, ids = lessons().map(({ id }) => id), done = true): Promise<void> {
  const at = new Date().toISOString()
  for (let from = 0; from < ids.length; from += 25) {
    const reports = ids.slice(from, from + 25).map((lessonId) => ({
      ...{ lessonId, ranges: [], position: 0, at, sentAt: at },
      clientId: 'test',
      done,
    }))
    expect((await person.browser.post('/api/progress', reports)).status).toBe(200)
  }
}
const name = (person: Person, wish: string) => person.browser.post('/api/certificate', { name: wish })
interface Written {
  number: string
  name: string
  completedOn: string
  lessons: number
  minutes: number
}
const viewerOf = async (person: Person): Promise<Viewer> =>
  (await viewerBehind(world.ctx, person.browser.cookies.get('session')!))!
const rows = () => world.database.query('select number, name, person_id from certificate order by number')

async function pdfText(person: Person, number: string): Promise<string> {
  const response = await fetch(`${world.url}/api/certificate/${number}`, {
    headers: { cookie: `session=${person.browser.cookies.get('session')}` },
  })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="Teilnahmebestaetigung-${number}.pdf"`)
  const { text, pages } = await readPdf(new Uint8Array(await response.arrayBuffer()))
  expect(pages).toBe(1)
  return text
}

test('one lesson short there is none; with the last one it can be named, printed, looked up, and named anew', async () => {
  const anna = await learner()
  const [last, ...others] = lessons().map(({ id }) => id)
  await tick(anna, others)
  expect((await anna.browser.get('/teilnahme')).text).toContain('Es fehlt noch eine')
  const early = await name(anna, 'Anna Amsel')
  expect([early.status, early.json<{ error: { code: string } }>().error.code]).toEqual([409, 'conflict'])
  await tick(anna, [last!])
  const page = await anna.browser.get('/teilnahme')
  expect(page.text).toContain('Ausstellen')
  expect((await anna.browser.get('/werkstatt')).text).toContain('Deine Teilnahmebestätigung')

  const written = (await name(anna, '  Anna   Amsel ')).json<Written>()
  expect(written).toMatchObject({ name: 'Anna Amsel', lessons: 75 })
  expect(written.minutes).toBe(
    Math.round(lessons().reduce((sum, { durationSeconds }) => sum + durationSeconds, 0) / 60),
  )
  const text = await pdfText(anna, written.number)
  for (const fact of [
    'Anna Amsel',
    written.number,
    '75 Lektionen',
    `${written.minutes} Minuten`,
    `/bestaetigung/${written.number}`,
  ])
    expect(text).toContain(fact)
  expect(text).toContain('hat am Onlinekurs „Die Produktivitäts-Werkstatt“ teilgenommen')
  expect(text).not.toMatch(/bestanden|Note|erfolgreich|Zertifikat|Abschluss/)

  const corrected = (await name(anna, 'Олена Ковальчук')).json<Written>()
  expect(corrected).toMatchObject({ number: written.number, completedOn: written.completedOn })
  expect(await pdfText(anna, written.number)).toContain('Олена Ковальчук')
  const looked = await world.browser().get(`/bestaetigung/${written.number}`)
  expect(looked.status).toBe(200)
  expect(looked.text).toContain('Олена Ковальчук')
  for (const secret of ['Anna Amsel', anna.email, anna.personId]) expect(looked.text).not.toContain(secret)
  expect(looked.text).toMatch(/<meta name="robots" content="noindex/)
  expect(readLog(world, 'web')).not.toContain(written.number)
})

test('two clicks at once are one', async () => {
  const person = await learner()
  await tick(person)
  const answers = await Promise.all(['Eins', 'Zwei', 'Drei', 'Vier'].map((one) => name(person, one)))
  expect(new Set(answers.map((answer) => answer.json<Written>().number)).size).toBe(1)
  expect((await rows()).filter((row) => row.person_id === person.personId)).toHaveLength(1)
})

test('it stays when a tick is taken back, a lesson is added, or the access ends; without one nothing new is written', async () => {
  const person = await learner()
  await tick(person)
  const { number } = (await name(person, 'Berta Bleibt')).json<Written>()
  await tick(person, [lessons()[0]!.id], false)
  expect((await person.browser.get('/teilnahme')).text).toContain(number)
  await world.database.query('update access_grant set revoked_at = now() where person_id = $1', [person.personId])
  expect((await person.browser.get('/teilnahme')).text).toContain(number)
  expect((await name(person, 'Berta Neu')).json<Written>()).toMatchObject({ number, name: 'Berta Neu' })
  expect((await world.browser().get(`/bestaetigung/${number}`)).text).toContain('Berta Neu')
  const none = await learner({ course: false })
  expect((await name(none, 'Niemand')).status).toBe(403)
  expect((await none.browser.get('/teilnahme')).text).toContain('Hier ist noch kein Kurs.')
})

test('a lesson added later does not count until it is done; the day is that of the last one that does', async () => {
  const person = await learner()
  await tick(person)
  const course = world.ctx.content.course()
  const added = { ...course.lessons[1]!, id: 'nachtrag', slug: 'nachtrag', addedAt: '2999-01-01' }
  const modules = course.modules.map((module, index) =>
    index === 0 ? { ...module, lessons: [...module.lessons, added] } : module,
  )
  const later = { ...course, modules, lessons: [...course.lessons, added] }
  const ctx = { ...world.ctx, content: { ...world.ctx.content, course: () => later } }
  const viewer = await viewerOf(person)
  expect(await participation(ctx, viewer)).toMatchObject({ complete: true, totals: { lessons: 75 } })
  await world.database.query(`update progress set done_mark_at = '2026-10-24T22:30:00Z' where person_id = $1`, [
    person.personId,
  ])
  expect(await participation(ctx, viewer)).toMatchObject({ completedOn: '2026-10-25' })
  expect(await certify(ctx, { viewer, name: 'Carla' })).toMatchObject({ completedOn: '2026-10-25', lessons: 75 })
})

describe('what is refused', () => {
  test('names that are none: 400 with a sentence, and nothing changes', async () => {
    const person = await learner()
    await tick(person)
    await name(person, 'Dora Dauer')
    const before = await rows()
    for (const wish of [
      '',
      ' ',
      'x'.repeat(81),
      '<script>alert(1)</script>',
      'Dora\u0000',
      'Dora\nDauer',
      'Dora\u202e',
      'www.beispiel.de',
      'dora@example.de',
      'Dora 𓀀',
      '😀',
    ]) {
      const answer = await name(person, wish)
      const { error } = answer.json<{ error: { code: string; message: string; fields?: Record<string, string> } }>()
      expect([wish, answer.status, error.code]).toEqual([wish, 400, 'invalid_input'])
      expect(Object.values(error.fields ?? { x: error.message })[0]).toMatch(/[.]$/)
    }
    for (const body of [{}, { name: 7 }, { name: null }, { name: ['Dora'] }])
      expect((await person.browser.post('/api/certificate', body)).status).toBe(400)
    expect((await name(person, 'x'.repeat(1_000_000))).status).toBe(413)
    expect(await rows()).toEqual(before)
  })

  test('a form is answered on its page', async () => {
    const person = await learner()
    await tick(person)
    const bad = await person.browser.submit('/api/certificate', { name: '<b>' })
    expect([bad.status, bad.headers.get('location')]).toEqual([303, '/teilnahme?fehler=invalid_input'])
    expect((await person.browser.get('/teilnahme?fehler=invalid_input')).text).toContain(
      'So können wir den Namen nicht drucken',
    )
    const good = await person.browser.submit('/api/certificate', { name: 'Emil' })
    expect([good.status, good.headers.get('location')]).toEqual([303, '/teilnahme?stand=gesichert'])
  })

  test('nobody without a proven login, and nobody gets the PDF of another', async () => {
    const [owner, other] = [await learner(), await learner()]
    await tick(owner)
    await tick(other)
    const { number } = (await name(owner, 'Frida Für-Sich')).json<Written>()
    await name(other, 'Gustav')
    const unproven = await learner({ kind: 'unproven' })
    await tick(unproven)
    expect((await name(unproven, 'Heike')).status).toBe(403)
    expect((await world.browser().post('/api/certificate', { name: 'X' })).status).toBe(401)
    expect((await world.browser().get(`/api/certificate/${number}`)).status).toBe(401)
    const foreign = await other.browser.get(`/api/certificate/${number}`)
    const unknown = await other.browser.get('/api/certificate/3333-4444-7777-9999-AAAA')
    const odd = await other.browser.get(`/api/certificate/${randomUUID()}`)
    const shapes = [foreign, unknown, odd].map((answer) => {
      const { code, message } = answer.json<{ error: { code: string; message: string } }>().error
      return [answer.status, code, message]
    })
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1)
    expect(shapes[0]?.[0]).toBe(404)
  })

  test('unknown and impossible numbers are one page; a number works however it was typed', async () => {
    const person = await learner()
    await tick(person)
    const { number } = (await name(person, 'Ida')).json<Written>()
    const stranger = world.browser()
    for (const typed of [number.toLowerCase(), number.replaceAll('-', ''), number.replaceAll('-', '%20')])
      expect([typed, (await stranger.get(`/bestaetigung/${typed}`)).status]).toEqual([typed, 200])
    const bodies = new Set<string>()
    for (const wrong of ['3333-4444-7777-9999-AAAA', 'nirgends', 'W-1', randomUUID(), '..%2fkonto', 'a'.repeat(500)]) {
      const answer = await stranger.get(`/bestaetigung/${wrong}`)
      expect([wrong, answer.status]).toEqual([wrong, 404])
      // What somebody sees: the scripts beside it come in the order in which they were ready.
      bodies.add(answer.text.replace(/<script\b[\s\S]*?<\/script>|\b[0-9a-f]{32}\b/g, ''))
    }
    expect(bodies.size).toBe(1)
  })

  test('who looks up number after number is asked to wait, and learns nothing', async () => {
    const person = await learner()
    await tick(person)
    const { number } = (await name(person, 'Jana')).json<Written>()
    const busy = world.browser('198.51.100.200')
    const unknown = '/bestaetigung/3333-4444-7777-9999-AAAA'
    for (let asked = 0; asked < 60; asked += 5)
      for (const { status } of await Promise.all(Array.from({ length: 5 }, () => busy.get(unknown))))
        expect(status).toBe(404)
    const late = await busy.get(unknown)
    expect(late.text).toContain('Das waren zu viele Versuche')
    // A number that was issued is no guess: whoever has the paper is never held up by others of the same network.
    expect((await busy.get(`/bestaetigung/${number}`)).text).toContain('Jana')
  })
})
