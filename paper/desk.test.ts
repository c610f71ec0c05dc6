import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { isAppError } from '#errors'
import type { Log, NotebookFacts } from '#ports'
import { createPaperDesk, type PaperDesk, paperLimits } from './desk.ts'

/** The desk with its thread, as web and worker have it; nothing here looks at a clock. */

const said: string[] = []
const log = { error: (facts: { why: string }) => said.push(facts.why) } as unknown as Log
const real = pathToFileURL('paper/thread.ts')
let desk: PaperDesk
afterEach(() => desk.close())

function open(limits: Partial<typeof paperLimits> = {}, file = real): PaperDesk {
  desk = createPaperDesk({ file, root: process.cwd(), log, limits: { ...paperLimits, ...limits } })
  return desk
}

const facts = (notes: number, body = 'Der Korb fragt **nicht**, ob etwas wichtig ist. '.repeat(20)): NotebookFacts => ({
  ...{ name: 'Anna Amsel', courseTitle: 'Werkstatt', at: new Date('2026-11-30T10:00:00Z') },
  filter: { module: null, kind: 'alles', text: '' },
  chapters: [
    {
      module: { number: 1, title: 'Messen' },
      lessons: [
        {
          lesson: { slug: 'messen', number: 1, title: 'Messen' },
          notes: Array.from({ length: notes }, (_, second) => ({ second, body, copyOf: null })),
          ...{ bookmarks: [], checklist: [] },
        },
      ],
    },
  ],
})
const long = facts(400)
const site = { siteUrl: 'https://kurs.example' }
const book = (personId: string, signal?: AbortSignal, what = long) => desk.notebook(what, site, { personId, signal })
const iteratorOf = async (file: ReturnType<typeof book>) => (await file).chunks[Symbol.asyncIterator]()
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'made',
    (error) => (isAppError(error) ? error.code : String(error)),
  )
const read = async (file: ReturnType<typeof book>) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of (await file).chunks) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('what comes out of the thread is the file that is drawn without one', async () => {
  open()
  const bytes = await read(book('anna', undefined, facts(3)))
  expect([bytes.subarray(0, 5).toString(), bytes.toString('latin1').trimEnd().slice(-5)]).toEqual(['%PDF-', '%%EOF'])
  expect(bytes.equals(await read(book('anna', undefined, facts(3))))).toBe(true)
  expect(await desk.unprintable('Anna 𓀀')).toEqual(['𓀀'])
})

test('a long notebook lets a short document pass', async () => {
  open()
  const pages = await iteratorOf(book('anna'))
  const drawn = read(book('ben'))
  expect(await desk.unprintable('Zoë')).toEqual([])
  expect(await Promise.race([drawn.then(() => 'the book'), desk.unprintable('Zoë').then(() => 'the name')])).toBe(
    'the name',
  )
  await pages.return?.()
})

test('one at a time for a person, two at once, some wait, the rest is asked to come back', async () => {
  open({ books: 2, waitingBooks: 1 })
  const [anna] = await Promise.all([iteratorOf(book('anna')), iteratorOf(book('ben'))])
  expect(await codeOf(book('anna'))).toBe('paper_under_way')
  const waits = codeOf(book('carla'))
  const refused = book('dora')
  expect(await codeOf(refused)).toBe('paper_busy')
  await refused.catch((error) => expect(error.details.retryAfter).toBe(paperLimits.comeBack))
  await anna.return?.()
  expect(await waits).toBe('made')
})

test('a reader who leaves frees the turn, waiting, drawing or reading', async () => {
  open({ books: 1, waitingBooks: 1 })
  const [reads, waits] = [new AbortController(), new AbortController()]
  const anna = await iteratorOf(book('anna', reads.signal))
  const inLine = codeOf(book('ben', waits.signal))
  waits.abort()
  expect(await inLine).not.toBe('made')
  const next = codeOf(book('ben', undefined, facts(1)))
  reads.abort()
  expect(await codeOf(anna.next())).toBe('paper_failed')
  expect(await next).toBe('made')
})

test('a reader who stops reading is let go', async () => {
  open({ books: 1, waitingBooks: 0, readerMs: 20 })
  const anna = await iteratorOf(book('anna'))
  await expect.poll(() => codeOf(book('ben', undefined, facts(1))), { timeout: 30_000 }).toBe('made')
  expect(await codeOf(anna.next())).toBe('paper_failed')
})

test('a thread without memory fails its document with a reason, and the next one gets another thread', async () => {
  open({ heapMb: 24 })
  said.length = 0
  const huge = facts(1, 'Wort '.repeat(1_500_000))
  const [broken, short] = [codeOf(read(book('anna', undefined, huge))), codeOf(desk.unprintable('Zoë'))]
  expect(await broken).toBe('paper_failed')
  await short
  expect(said).toContain('ERR_WORKER_OUT_OF_MEMORY')
  expect(await desk.unprintable('Anna 𓀀')).toEqual(['𓀀'])
  expect((await read(book('anna', undefined, facts(1)))).length).toBeGreaterThan(1_000)
})

test('a thread that never answers is ended, and too many short documents are asked to come back', async () => {
  open({ answerMs: 100, sheets: 1 }, new URL('data:text/javascript,setInterval(()=>{},1000)'))
  const [first, second] = [codeOf(desk.unprintable('a')), codeOf(desk.unprintable('b'))]
  expect([await first, await second]).toEqual(['paper_failed', 'paper_busy'])
})
