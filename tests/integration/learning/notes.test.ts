import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeGrant } from '#domain/access/revokeGrant.ts'
import { checklistOf } from '#domain/learning/notes/checklistOf.ts'
import { forgetNotes } from '#domain/learning/notes/forgetNotes.ts'
import type { NotebookData } from '#domain/learning/notes/notebookRules.ts'
import type { NoteState } from '#domain/learning/notes/noteState.ts'
import type { Answer as Browsed } from '../../kit/browser.ts'
import { type Person, personIn, rowCounts, rowsAtRest } from '../../kit/people.ts'
import { openWorld, readLog, type World } from '../../kit/world.ts'

/** Notes, bookmarks and ticks through the front door: what is kept, what meets, and what is refused. */

let world: World
let anna: Person
let ben: Person
let lesson: { id: string; durationSeconds: number }
const WORD = 'Feilenstaubgeheimnis'

beforeAll(async () => {
  // Its own, without a worker: that would note what the schedule opened, and nothing noted locks again.
  world = await openWorld({ parts: ['emulators', 'web'] })
  anna = await personIn(world, 'anna@example.de', { course: true })
  ben = await personIn(world, 'ben@example.de', { course: true })
  lesson = world.ctx.content.course().lessons.find(({ free, written }) => !free && written)!
})
afterAll(() => world?.close())

interface Saved {
  changes: {
    outcome: string
    note: NoteState | null
    copy?: NoteState | null
    refusal?: { code: string; message: string }
  }[]
}
const uuid = () => crypto.randomUUID()
const change = (fields: Record<string, unknown> = {}) => ({
  ...{ id: uuid(), lessonId: lesson.id, kind: 'note', second: 42.5, body: WORD, deleted: false },
  ...{ base: 0, writer: 'page-one', seq: 1, over: [] },
  ...fields,
})
const post = (who: Person, body: unknown) => who.browser.post('/api/notes', body)
const save = async (who: Person, fields: Record<string, unknown>) => {
  const answer = await post(who, [change(fields)])
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)])
  return answer.json<Saved>().changes[0]!
}
const read = async (who: Person) => (await who.browser.get('/api/notes')).json<NotebookData & Record<string, unknown>>()
const refusal = (answer: Browsed) => [answer.status, answer.json<{ error?: { code: string } }>().error?.code]

async function changesNothing(work: () => Promise<unknown>): Promise<void> {
  const texts = () => world.database.query('select id, body, version, deleted_at from note order by id')
  const before = [await rowsAtRest(world), await texts()]
  await work()
  expect([await rowCounts(world), await texts()]).toEqual(before)
}

describe('keeping', () => {
  test('a note is there on another device, with its second, and a repetition is one row', async () => {
    const mine = change({ body: '**Merken**: Satz' })
    for (let time = 0; time < 3; time++) {
      const answer = await post(anna, mine)
      expect(answer.json<Saved>().changes[0]).toMatchObject({
        outcome: time === 0 ? 'saved' : 'known',
        note: { id: mine.id, second: 42.5, version: 1 },
      })
    }
    const phone = await personIn(world, anna.email)
    const { notes, lessons, modules } = await read(phone)
    expect(notes.filter(({ id }) => id === mine.id)).toHaveLength(1)
    expect(notes.find(({ id }) => id === mine.id)).toMatchObject({ lessonId: lesson.id, body: '**Merken**: Satz' })
    expect([lessons.length, modules.length]).toEqual([75, 12])
    const one = await phone.browser.get(`/api/notes?lektion=${lesson.id}`)
    expect(one.json<{ notes: NoteState[] }>().notes.map(({ id }) => id)).toContain(mine.id)
  })

  test('a beacon is read as well, and many changes at once are answered one by one', async () => {
    const list = [
      change({ second: null }),
      change({ kind: 'bookmark', second: 7, body: '' }),
      change({ lessonId: 'nichts' }),
    ]
    const answer = await anna.browser.send('POST', '/api/notes', JSON.stringify(list), { 'content-type': 'text/plain' })
    expect(answer.json<Saved>().changes.map(({ outcome }) => outcome)).toEqual(['saved', 'saved', 'refused'])
    expect(answer.json<Saved>().changes[2]?.refusal).toMatchObject({
      code: 'not_found',
      message: expect.stringMatching(/\.$/),
    })
  })

  test('an edit that saw the newest text replaces it; one that did not is kept beside it, once', async () => {
    const { note } = await save(anna, { body: 'eins' })
    const id = note!.id
    expect(await save(anna, { id, body: 'zwei', base: 1, writer: 'page-two' })).toMatchObject({
      outcome: 'saved',
      note: { body: 'zwei', version: 2 },
    })
    const late = change({ id, body: 'drei', base: 1, writer: 'page-six' })
    const [first, again] = [
      (await post(anna, late)).json<Saved>().changes[0]!,
      (await post(anna, late)).json<Saved>().changes[0]!,
    ]
    expect(first).toMatchObject({
      outcome: 'apart',
      note: { body: 'zwei' },
      copy: { body: 'drei', copyOf: id, second: 42.5 },
    })
    expect(again).toEqual(first)
    // The page has not heard of its copy and writes on: that text goes on too.
    expect(await save(anna, { id, body: 'drei und mehr', base: 1, writer: 'page-six', seq: 2 })).toMatchObject({
      outcome: 'apart',
      copy: { id: first.copy?.id, body: 'drei und mehr', version: 2 },
    })
    const { notes } = await read(anna)
    expect(notes.filter((one) => one.id === id || one.copyOf === id)).toHaveLength(2)
  })

  test('two saves at the same instant keep both texts', async () => {
    const { note } = await save(anna, { body: 'Anfang' })
    const id = note!.id
    const both = await Promise.all(
      Array.from({ length: 8 }, (_, n) => save(anna, { id, body: `Fassung ${n}`, base: 1, writer: `page-no-${n}` })),
    )
    expect(both.filter(({ outcome }) => outcome === 'saved')).toHaveLength(1)
    const { notes } = await read(anna)
    const bodies = notes.filter((one) => one.id === id || one.copyOf === id).map(({ body }) => body)
    expect(bodies.sort()).toEqual(Array.from({ length: 8 }, (_, n) => `Fassung ${n}`))
  })

  test('a deletion stays deleted, comes back by „Rückgängig“, and does not touch a newer text', async () => {
    const { note } = await save(anna, { body: 'weg damit', writer: 'page-del' })
    const id = note!.id
    const deletion = { id, body: '', deleted: true, base: 1, writer: 'page-del', seq: 2 }
    expect(await save(anna, deletion)).toMatchObject({ outcome: 'saved', note: null })
    const rows = await world.database.query('select body, deleted_at is not null as gone from note where id = $1', [id])
    expect(rows).toEqual([{ body: '', gone: true }])
    // An offline device repeats what it had sent long ago.
    expect(await save(anna, { id, body: 'weg damit', writer: 'page-del' })).toMatchObject({
      outcome: 'known',
      note: null,
    })
    expect(await save(anna, { id, body: 'weg damit', base: 1, writer: 'page-del', seq: 3 })).toMatchObject({
      outcome: 'saved',
      note: { body: 'weg damit', version: 3 },
    })
    expect(await save(anna, { ...deletion, base: 2, writer: 'page-old', seq: 1 })).toMatchObject({
      outcome: 'late',
      note: { body: 'weg damit' },
    })
    expect(await save(anna, { id: uuid(), deleted: true, body: '' })).toMatchObject({ outcome: 'gone', note: null })
  })

  test('a second bookmark within two seconds is the first one; with words it is its own', async () => {
    const at = (second: number, body = '') => save(ben, { kind: 'bookmark', second, body })
    const first = await at(100)
    for (const second of [100, 101.9, 98.1])
      expect(await at(second)).toMatchObject({ outcome: 'near', note: { id: first.note?.id } })
    expect((await at(102)).outcome).toBe('saved')
    expect((await at(100.5, 'Der Satz')).outcome).toBe('saved')
    expect((await read(ben)).notes).toHaveLength(3)
  })

  test('tombstones are forgotten after 30 days, so many at once', async () => {
    for (const age of ['31 days', '40 days', '29 days']) {
      const { note } = await save(ben, { second: 5 })
      await world.database.query(`update note set body = '', deleted_at = now() - $2::interval where id = $1`, [
        note!.id,
        age,
      ])
    }
    expect(await forgetNotes(world.ctx, 1)).toBe(1)
    expect(await forgetNotes(world.ctx, 100)).toBe(1)
    const left = await world.database.query(`select 1 from note where deleted_at < now() - interval '20 days'`)
    expect(left).toHaveLength(1)
  })
})

describe('checklists', () => {
  const tick = (who: Person, fields: Record<string, unknown>) =>
    who.browser.post('/api/checklist', {
      lessonId: lesson.id,
      ticked: true,
      at: Date.now(),
      sentAt: Date.now(),
      ...fields,
    })

  test('the newest time wins, whatever comes first', async () => {
    const [first, second] = checklistOf(world.ctx, lesson.id)
    const now = Date.now()
    expect((await tick(anna, { item: first!.item })).status).toBe(200)
    // A device that was offline reports a minute later what was un-ticked a minute before.
    await tick(anna, { item: first!.item, ticked: false, at: now - 60_000, sentAt: now })
    await tick(anna, { item: second!.item, ticked: false })
    const list = (await read(anna)).lessons.find(({ id }) => id === lesson.id)?.checklist
    expect(list?.slice(0, 2)).toEqual([
      { item: first!.item, text: first!.text, ticked: true },
      { item: second!.item, text: second!.text, ticked: false },
    ])
    expect((await read(ben)).lessons.find(({ id }) => id === lesson.id)?.checklist).toEqual([])
  })

  test('unknown items, lessons and times are refused and change nothing', async () => {
    const item = checklistOf(world.ctx, lesson.id)[0]!.item
    const other = world.ctx.content.course().lessons.find(({ free }) => free)!
    await changesNothing(async () => {
      expect(refusal(await tick(anna, { item: uuid() }))).toEqual([404, 'not_found'])
      expect(refusal(await tick(anna, { item, lessonId: 'nichts' }))).toEqual([404, 'not_found'])
      expect(refusal(await tick(anna, { item, lessonId: other.id }))).toEqual([404, 'not_found'])
      for (const bad of [
        { item, at: -1 },
        { item, at: 'gestern' },
        { item, ticked: 'ja' },
        { item, mehr: 1 },
        { item: '' },
      ])
        expect(refusal(await tick(anna, bad))).toEqual([400, 'invalid_input'])
      expect(refusal(await anna.browser.post('/api/checklist', []))).toEqual([400, 'invalid_input'])
    })
  })
})

describe('refused', () => {
  test.each([
    ['a text of more than 20,000 characters', { body: 'x'.repeat(20_001) }],
    ['a NUL', { body: 'a\u0000b' }],
    ['half a character', { body: 'a\ud800b' }],
    ['a negative second', { second: -1 }],
    ['a second that is none', { second: 'drei' }],
    ['a second beyond the film', { second: 9_999 }],
    ['a bookmark without a second', { kind: 'bookmark', second: null }],
    ['a bookmark with a novel', { kind: 'bookmark', body: 'x'.repeat(201) }],
    ['another kind', { kind: 'zettel' }],
    ['an id that is none', { id: '1' }],
    ['a number as text', { body: 5 }],
    ['a negative version', { base: -1 }],
    ['a version that is none', { base: 1.5 }],
    ['no writer', { writer: '' }],
    ['a field too many', { personId: uuid() }],
    ['an endless list of what was seen', { over: Array.from({ length: 51 }, () => ['page-one', 1]) }],
  ])('%s', async (_, fields) => {
    await changesNothing(async () => expect(refusal(await post(anna, change(fields)))).toEqual([400, 'invalid_input']))
  })

  test('a megabyte, an empty list and a hundred changes at once', async () => {
    await changesNothing(async () => {
      expect(refusal(await post(anna, change({ body: 'x'.repeat(1_000_000) })))).toEqual([413, 'too_large'])
      expect(refusal(await post(anna, []))).toEqual([400, 'invalid_input'])
      expect(
        refusal(
          await post(
            anna,
            Array.from({ length: 51 }, () => change({ body: '' })),
          ),
        ),
      ).toEqual([400, 'invalid_input'])
    })
  })

  test('20,000 of the widest characters fit, and HTML is kept as the text it is', async () => {
    const body = `${'„'.repeat(19_000)}<script>alert(1)</script>`
    expect(await save(anna, { body })).toMatchObject({ outcome: 'saved', note: { body } })
  })

  test("another person's id, for saving and deleting", async () => {
    const { note } = await save(anna, { body: 'gehört Anna' })
    await changesNothing(async () => {
      expect(refusal(await post(ben, change({ id: note!.id, base: 1 })))).toEqual([404, 'not_found'])
      const deleted = await post(ben, change({ id: note!.id, deleted: true, body: '', base: 1 }))
      expect(deleted.json<Saved>().changes[0]).toMatchObject({ outcome: 'gone', note: null })
    })
    expect(JSON.stringify(await read(ben))).not.toContain('gehört Anna')
  })

  test('an unknown lesson, a locked one with its date, no course, no session', async () => {
    const locked = world.ctx.content.course().lessons.at(-1)!
    const rule = JSON.stringify({ kind: 'date', at: '2099-11-30T06:00' })
    await world.database.query(`insert into release_override (scope, rule) values ($1, $2)`, [
      `lesson:${locked.id}`,
      rule,
    ])
    await new Promise((resolve) => setTimeout(resolve, 5_200)) // how old a release rule may be in a process
    const without = await personIn(world, 'ohne@example.de')
    await changesNothing(async () => {
      expect(refusal(await post(anna, change({ lessonId: 'nichts' })))).toEqual([404, 'not_found'])
      const answer = await post(anna, change({ lessonId: locked.id, second: 1 }))
      expect(refusal(answer)).toEqual([403, 'not_released'])
      expect(answer.text).toContain('Montag, 30. November 2099, um 6:00 Uhr')
      expect(refusal(await post(without, change()))).toEqual([403, 'no_grant'])
      expect(
        refusal(
          await world
            .browser()
            .post('/api/notes', change())
            .then((one) => one),
        ),
      ).toEqual([401, 'unauthenticated'])
    })
    const free = world.ctx.content.course().lessons.find((one) => one.free)!
    expect((await save(without, { lessonId: free.id, second: 3 })).outcome).toBe('saved')
    await world.database.query(`delete from release_override`)
  })

  test('whose access ended keeps the notes, may change and delete them, and begins no new one', async () => {
    const leaver = await personIn(world, 'geht@example.de', { course: true })
    const { note } = await save(leaver, { body: 'bleibt' })
    await revokeGrant(world.ctx, { source: `hand:${leaver.personId}`, reason: 'refund' })
    expect((await read(leaver)).notes.map(({ body }) => body)).toEqual(['bleibt'])
    expect(refusal(await post(leaver, change()))).toEqual([403, 'grant_revoked'])
    expect((await save(leaver, { id: note!.id, base: 1, body: 'geändert', seq: 2 })).outcome).toBe('saved')
    expect((await save(leaver, { id: note!.id, base: 2, body: '', deleted: true, seq: 3 })).outcome).toBe('saved')
  })

  test('the 2,001st note, and a book of more than four million bytes; deleting makes room', async () => {
    const writer = await personIn(world, 'viel@example.de', { course: true })
    await world.database.query(
      `insert into note (id, person_id, lesson_id, kind, body) select gen_random_uuid(), $1, $2, 'note', 'x' from generate_series(1, 1999)`,
      [writer.personId, lesson.id],
    )
    const { note } = await save(writer, {})
    await changesNothing(async () => {
      const answer = await post(writer, change())
      expect(refusal(answer)).toEqual([409, 'notebook_full'])
      expect(answer.text).toContain('Dein Heft ist voll.')
    })
    await save(writer, { id: note!.id, base: 1, seq: 2, deleted: true, body: '' })
    const { note: next } = await save(writer, {})
    await world.database.query(`update note set body = repeat('x', 2000) where person_id = $1 and body = 'x'`, [
      writer.personId,
    ])
    expect(refusal(await post(writer, change({ id: next!.id, base: 1, seq: 2, body: 'y'.repeat(10_000) })))).toEqual([
      409,
      'notebook_full',
    ])
    expect((await save(writer, { id: next!.id, base: 1, seq: 2, body: 'kurz' })).outcome).toBe('saved')
  })

  test('more than 240 requests a minute wait', async () => {
    const hurried = await personIn(world, 'eilig@example.de', { course: true })
    const body = change({ lessonId: 'nichts' })
    const answers = await Promise.all(Array.from({ length: 245 }, () => post(hurried, body)))
    const limited = answers.filter(({ status }) => status === 429)
    expect(limited.length).toBeGreaterThanOrEqual(5)
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

test('no log has a text that somebody wrote, also not one that failed', async () => {
  await world.browser().post('/api/notes', change())
  await post(anna, { ...change(), writer: 5 })
  await anna.browser.get(`/api/notes?lektion=${WORD}`)
  const logs = readLog(world, 'web')
  expect(logs).toContain('/api/notes')
  for (const word of [WORD, 'Merken', 'gehört Anna']) expect(logs).not.toContain(word)
})
