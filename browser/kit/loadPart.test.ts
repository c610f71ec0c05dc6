import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let server: () => Promise<Response>
let stored: Map<string, string>
let news: unknown[]
let reloads: number

/** A page of the build „alt“, as a browser loads its modules. */
async function newPage() {
  vi.resetModules()
  const [parts, versions] = [await import('./loadPart.ts'), await import('./newVersion.ts')]
  versions.onNewVersion((one) => void news.push(one))
  return { ...parts, ...versions }
}

beforeEach(() => {
  server = async () => Response.json({ ok: true, build: 'alt' })
  stored = new Map()
  news = []
  reloads = 0
  vi.stubGlobal('document', { documentElement: { dataset: { build: 'alt' } } })
  const reload = () => {
    reloads += 1
  }
  vi.stubGlobal('window', Object.assign(new EventTarget(), { location: { reload } }))
  vi.stubGlobal('fetch', () => server())
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  })
})
afterEach(() => void vi.unstubAllGlobals())

const gone = () => Promise.reject(new Error('Failed to load chunk /_next/static/chunks/a.js'))
const newer = async () => Response.json({ ok: true, build: 'neu' })

test('what is there is handed on, and nobody is asked', async () => {
  server = () => Promise.reject(new Error('must not be asked'))
  expect(await (await newPage()).loadPart(async () => 'teil')).toBe('teil')
})

test.each([
  ['nobody answers', () => Promise.reject(new TypeError('Failed to fetch')), 'offline', []],
  ['the server is of another build', newer, 'newVersion', [{ build: 'neu', calm: false }]],
  ['the server is of the same build', async () => Response.json({ ok: true, build: 'alt' }), 'broken', []],
  ['the server answers with an error', async () => new Response('no', { status: 502 }), 'broken', []],
] as const)('a part is missing and %s', async (_, answer, trouble, said) => {
  server = answer
  const page = await newPage()
  await expect(page.loadPart(gone)).rejects.toMatchObject({ trouble })
  expect(news).toEqual(said)
})

test('whoever watches is asked, and what nobody asked for says nothing', async () => {
  server = newer
  const page = await newPage()
  await expect(page.loadPart(gone, 'offer')).rejects.toMatchObject({ trouble: 'newVersion' })
  expect(await page.loadQuietly(gone)).toBeNull()
  expect(news).toEqual([{ build: 'neu', calm: true }])
})

test('a line that broke for a moment is tried once more', async () => {
  let tries = 0
  const flaky = () => (++tries === 1 ? gone() : Promise.resolve('teil'))
  expect(await (await newPage()).loadPart(flaky)).toBe('teil')
})

test('a tab loads itself anew once for a build, for the next one again, and never where nothing is remembered', async () => {
  const page = await newPage()
  expect(page.mayReload('neu')).toBe(true)
  page.reloadFor('neu')
  expect([reloads, page.mayReload('neu'), page.mayReload('noch neuer')]).toEqual([1, false, true])
  vi.stubGlobal('sessionStorage', undefined)
  expect(page.mayReload('neu')).toBe(false)
})

test('what was pressed is handed on once, to what it was meant for', async () => {
  const page = await newPage()
  page.rememberWish('film puffer')
  expect([page.takeWish('film andere'), page.takeWish('film puffer'), page.takeWish('film puffer')]).toEqual([
    false,
    true,
    false,
  ])
})

test('errors of missing files are told from all others', async () => {
  const { isMissingPart } = await newPage()
  const missing = [
    'Failed to load chunk /_next/static/chunks/a.js from module 7',
    'Loading chunk 12 failed.',
    'Failed to fetch dynamically imported module: https://x/a.js',
    'Importing a module script failed.',
  ]
  expect(missing.map((message) => isMissingPart(new Error(message)))).toEqual([true, true, true, true])
  expect(isMissingPart(new TypeError("Cannot read properties of undefined (reading 'x')"))).toBe(false)
})
