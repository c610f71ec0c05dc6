import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstRow, joinNote, type NoteShelf } from '#domain/learning/notes/joinNote.ts'
import { noteState } from '#domain/learning/notes/noteState.ts'
import type { NoteRow } from '#domain/learning/notes/rules.ts'
import {
  type Answer,
  changeOf,
  fromState,
  isDirty,
  type LocalNote,
  onAnswer,
  onHeard,
  onStored,
  type SentChange,
} from './localNote.ts'

/**
 * Two browsers with two tabs each and the server between them, on a network that loses answers, repeats what was sent
 * long ago and delivers in any order. Whatever happens: a text somebody typed is still there in the end, or was
 * replaced or deleted by somebody who saw it.
 */
class World {
  rows = new Map<string, NoteRow>()
  browsers = [new Browser(this), new Browser(this)]
  /** Every change that ever left a browser. */
  sent: SentChange[] = []
  texts: string[] = []
  /** Texts that somebody replaced or deleted while seeing them. */
  replaced = new Set<string>()
  pages = 0

  shelf: NoteShelf = {
    find: async (id) => this.rows.get(id) ?? null,
    write: async (row) => void this.rows.set(row.id, row),
    copyId: (id, { writer, base }) => `copy(${id},${writer},${base})`,
    now: () => new Date(0),
  }

  async take(change: SentChange): Promise<Answer> {
    const { id, writer, seq } = change
    this.sent.push(change)
    const row = this.rows.get(id)
    if (row) return (await joinNote(this.shelf, row, change)) as Answer
    const first = firstRow('person', change, new Date(0))
    this.rows.set(id, first)
    if (change.deleted) return { id, writer, seq, outcome: 'gone', note: null }
    return { id, writer, seq, outcome: 'saved', note: noteState(first) }
  }
  stored = () => [...this.rows.values()].filter(({ deletedAt }) => deletedAt === null).map(noteState)
  text(): string {
    this.texts.push(`Text ${this.texts.length + 1}`)
    return this.texts.at(-1)!
  }
}

class Browser {
  queue = new Map<string, SentChange>()
  pages: Page[] = []
  world: World
  constructor(world: World) {
    this.world = world
  }
  page(index: number): Page {
    this.pages[index] ??= new Page(this)
    return this.pages[index]
  }
  /** Sends some of what waits; `answered` false: the line breaks before the answers come. */
  async send(part: number, answered: boolean): Promise<void> {
    for (const change of [...this.queue.values()].filter((_, index) => part % (index + 2) !== 0)) {
      const answer = await this.world.take(change)
      if (!answered) continue
      const key = `${change.id} ${change.writer}`
      if ((this.queue.get(key)?.seq ?? 0) <= change.seq) this.queue.delete(key)
      for (const page of this.pages.filter(Boolean)) page.notes = onAnswer(page.notes, answer, change, page.me)
    }
  }
}

class Page {
  me: string
  seq = 0
  notes: LocalNote[] = []
  browser: Browser
  constructor(browser: Browser) {
    this.browser = browser
    this.me = `page${++browser.world.pages}`
    const waiting = [...browser.queue.values()]
    for (const change of waiting) this.notes = onHeard(this.notes, change, waiting)
  }
  put(key: string, change: Partial<LocalNote>) {
    this.notes = this.notes.map((note) => (note.key === key ? { ...note, ...change } : note))
  }
  pick(at: number) {
    const shown = this.notes.filter(({ deleted }) => !deleted)
    return shown[at % Math.max(1, shown.length)]
  }
  create(id: string) {
    const body = this.browser.world.text()
    const at = new Date(0).toISOString()
    const state = { id, lessonId: 'l', kind: 'note', second: 1, body, version: 0, copyOf: null, by: null } as const
    this.notes = [...this.notes, { ...fromState({ ...state, createdAt: at, updatedAt: at }), typing: true }]
  }
  type(note: LocalNote) {
    this.browser.world.replaced.add(note.body)
    this.put(note.key, { body: this.browser.world.text(), typing: true })
  }
  commit(key: string): SentChange | null {
    const note = this.notes.find((one) => one.key === key)
    if (!note?.typing) return null
    const change = changeOf(note, this.me, ++this.seq)
    this.browser.queue.set(`${note.id} ${this.me}`, change)
    this.put(key, { typing: false, pending: change.seq, sync: 'saving' })
    return change
  }
  remove(note: LocalNote): SentChange | null {
    this.browser.world.replaced.add(note.body)
    this.put(note.key, { deleted: true, typing: true })
    return this.commit(note.key)
  }
  tell(change: SentChange | null) {
    for (const page of this.browser.pages.filter(Boolean))
      if (change && page !== this) page.notes = onHeard(page.notes, change)
  }
}

type Step = [what: number, browser: 0 | 1, page: 0 | 1, note: number, flag: boolean]

async function run(steps: Step[]): Promise<World> {
  const world = new World()
  for (const [what, b, p, at, flag] of steps) {
    const browser = world.browsers[b]!
    const page = browser.page(p)
    const note = page.pick(at)
    if (what === 0 || !note) page.create(`note${world.texts.length}`)
    else if (what <= 3) page.type(note)
    else if (what <= 6) {
      const change = page.commit(note.key)
      if (flag) page.tell(change)
    } else if (what === 7) {
      const change = page.remove(note)
      if (flag) page.tell(change)
    } else if (what <= 10) await browser.send(at, flag)
    else if (what === 11) page.notes = onStored(page.notes, world.stored(), flag)
    else if (what === 12) {
      const late = world.sent[at % Math.max(1, world.sent.length)]
      if (late) await world.take(late)
    } else {
      // The tab is closed: what was typed goes into the queue. A new one begins from what the server has, or offline.
      for (const one of page.notes) page.commit(one.key)
      const next = new Page(browser)
      next.notes = flag ? world.stored().map((state) => fromState(state)) : []
      const waiting = [...browser.queue.values()]
      for (const change of waiting) next.notes = onHeard(next.notes, change, waiting)
      browser.pages[p] = next
    }
  }
  for (const browser of world.browsers) {
    for (const page of browser.pages.filter(Boolean)) for (const note of page.notes) page.commit(note.key)
    for (let round = 0; round < 3; round++)
      for (let left = browser.queue.size; left > 0; left--) await browser.send(1, true)
  }
  return world
}

/** Nothing that was sent before brings anything back or doubles anything. */
async function repeatsNothing(world: World): Promise<void> {
  const texts = () => [...world.rows.values()].map(({ id, body }) => [id, body])
  const before = texts()
  for (const change of [...world.sent]) await world.take(change)
  expect(texts()).toEqual(before)
}

const step = fc.tuple(
  fc.nat(13),
  fc.constantFrom<0 | 1>(0, 1),
  fc.constantFrom<0 | 1>(0, 1),
  fc.nat(7),
  fc.boolean(),
) as fc.Arbitrary<Step>

test('no text is lost, whatever two browsers, four tabs and a bad network do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const world = await run(steps)
      const live = new Set(world.stored().map(({ body }) => body))
      for (const text of world.texts) if (!world.replaced.has(text)) expect(live).toContain(text)
      for (const browser of world.browsers) {
        expect([...browser.queue.values()]).toEqual([])
        for (const { notes } of browser.pages.filter(Boolean)) {
          expect(notes.filter(isDirty)).toEqual([])
          expect(new Set(notes.map(({ key }) => key)).size).toBe(notes.length)
        }
      }
      await repeatsNothing(world)
    }),
    { numRuns: 2_000 },
  )
})

test('a tab that begins from what waits takes the newest of it, though the first was answered meanwhile', async () => {
  const begin: Step = [0, 0, 0, 0, false]
  const close: Step = [13, 0, 0, 0, false]
  const type: Step = [1, 0, 0, 0, false]
  const world = await run([begin, close, type, close, [8, 0, 0, 3, true], type, close, type])
  expect([...world.rows.values()].map(({ body, copyOf }) => [body, copyOf])).toEqual([['Text 4', null]])
})

test('a deletion that came too late does nothing when it is delivered once more, though it knows the text by then', async () => {
  const world = await run([
    [0, 1, 0, 0, false],
    [4, 1, 0, 0, false],
    [7, 1, 1, 0, false],
    [1, 1, 0, 0, false],
    [13, 1, 0, 0, false],
    [7, 1, 0, 0, false],
    [0, 1, 0, 0, false],
    [8, 1, 0, 2, true],
  ])
  expect(world.stored().map(({ body }) => body)).toEqual(['Text 2', 'Text 3'])
  await repeatsNothing(world)
})

test('a page whose text became a copy keeps it when the note it came from is contested once more', async () => {
  const world = await run([
    [0, 1, 0, 0, false],
    [4, 1, 0, 0, false],
    [1, 1, 0, 0, false],
    [1, 1, 1, 0, false],
    [4, 1, 1, 0, false],
    [13, 1, 0, 0, false],
    [1, 1, 0, 0, false],
    [8, 1, 0, 7, true],
    [1, 1, 1, 1, false],
  ])
  expect(
    world
      .stored()
      .map(({ body }) => body)
      .sort(),
  ).toEqual(['Text 3', 'Text 4', 'Text 5'])
})

test('somebody alone with one tab never meets a copy of their own text, however bad the network', async () => {
  // One browser sends what waits in its order; a later change that overtakes an earlier one needs a second sender.
  const inOrder = (what: number, note: number) => (what >= 8 && what <= 10 ? 1 : note)
  const alone = step.map(([what, , , note, flag]): Step => [what, 0, 0, inOrder(what, note), flag])
  await fc.assert(
    fc.asyncProperty(fc.array(alone, { minLength: 5, maxLength: 60 }), async (steps) => {
      const world = await run(steps)
      expect([...world.rows.values()].filter(({ copyOf }) => copyOf !== null)).toEqual([])
    }),
    { numRuns: 500 },
  )
})
