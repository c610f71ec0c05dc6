import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const STORE = 'werkstatt.player'
let kept: Map<string, string>
let sent: unknown[]
let answer: () => Promise<Response>

/** A page of its own: the module as a browser loads it, on the same device. */
async function newPage() {
  vi.resetModules()
  return import('./settings.ts')
}
const inStore = () => JSON.parse(kept.get(STORE) ?? 'null') as Record<string, unknown> | null

beforeEach(() => {
  vi.useFakeTimers()
  kept = new Map()
  sent = []
  answer = async () => Response.json({})
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  vi.stubGlobal('fetch', (_: string, { body }: RequestInit) => {
    sent.push(JSON.parse(String(body)).player)
    return answer()
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})
const wait = () => vi.advanceTimersByTimeAsync(1_000)

test('the account comes before the device, and a change holds at once and is sent once', async () => {
  kept.set(STORE, JSON.stringify({ learnerId: 'anna', chosen: { rate: 2, captions: true }, unsent: {} }))
  const page = await newPage()
  page.openSettings('anna', { rate: 1.25 })
  expect(page.playerSettings()).toMatchObject({ rate: 1.25, captions: true, volume: 1 })
  for (const volume of [0.9, 0.8, 0.7]) page.changeSettings({ volume })
  page.changeSettings({ rate: 1.25 })
  expect(page.playerSettings().volume).toBe(0.7)
  await wait()
  expect(sent).toEqual([{ volume: 0.7 }])
  expect(inStore()).toMatchObject({ unsent: {} })
})

test('what could not be sent comes before the account on the next page, and is sent from there', async () => {
  answer = async () => Promise.reject(new TypeError('Failed to fetch'))
  const page = await newPage()
  page.openSettings('anna', { rate: 1 })
  page.changeSettings({ rate: 1.5 })
  await wait()
  answer = async () => Response.json({})
  const next = await newPage()
  next.openSettings('anna', { rate: 1, muted: true })
  expect(next.playerSettings()).toMatchObject({ rate: 1.5, muted: true })
  await wait()
  expect(sent).toEqual([{ rate: 1.5 }, { rate: 1.5 }])
  expect(inStore()).toMatchObject({ unsent: {} })
})

test('without an account it stays on the device, and an account takes over what it never chose', async () => {
  const visitor = await newPage()
  visitor.openSettings(null, null)
  visitor.changeSettings({ captions: true, rate: 1.75 })
  await wait()
  expect(sent).toEqual([])
  const learner = await newPage()
  learner.openSettings('anna', { rate: 1 })
  expect(learner.playerSettings()).toMatchObject({ captions: true, rate: 1 })
  await wait()
  expect(sent).toEqual([{ captions: true }])
})

test('one person’s choice is not the next one’s, and a logout leaves nothing', async () => {
  const anna = await newPage()
  anna.openSettings('anna', {})
  anna.changeSettings({ rate: 2 })
  await wait()
  const bert = await newPage()
  bert.openSettings('bert', null)
  expect(bert.playerSettings().rate).toBe(1)
  bert.changeSettings({ rate: 0.5 })
  bert.forgetSettings()
  window.dispatchEvent(new Event('pagehide'))
  await wait()
  expect(inStore()).toBeNull()
  expect(sent).toEqual([{ rate: 2 }])
})

test('what is no setting changes nothing, who chose nothing leaves nothing, and a broken store is no obstacle', async () => {
  kept.set(STORE, '{"chosen": {"rate": 9}, "learnerId"')
  const page = await newPage()
  page.openSettings(null, null)
  kept.clear()
  page.changeSettings({ rate: 8 })
  page.changeSettings({ volume: Number.NaN })
  expect(page.playerSettings()).toMatchObject({ rate: 1, volume: 1 })
  expect(inStore()).toBeNull()
})

test('a page that is left sends what it has at once', async () => {
  const page = await newPage()
  page.openSettings('anna', {})
  page.changeSettings({ rate: 1.5 })
  window.dispatchEvent(new Event('pagehide'))
  expect(sent).toEqual([{ rate: 1.5 }])
})

test('two windows: a choice in one holds in the other, whose next choice does not take it back', async () => {
  const first = await newPage()
  first.openSettings('anna', {})
  // The other window of the browser hears of what this one keeps, not of itself.
  const firstWindow = window
  vi.stubGlobal('window', new EventTarget())
  const second = await newPage()
  second.openSettings('anna', {})
  const secondWindow = window
  const tell = (other: EventTarget) => other.dispatchEvent(Object.assign(new Event('storage'), { key: STORE }))
  first.changeSettings({ rate: 1.5 })
  tell(secondWindow)
  expect(second.playerSettings().rate).toBe(1.5)
  second.changeSettings({ volume: 0.5 })
  tell(firstWindow)
  expect(first.playerSettings()).toMatchObject({ rate: 1.5, volume: 0.5 })
  expect(inStore()).toMatchObject({ chosen: { rate: 1.5, volume: 0.5 } })
  await wait()
  expect(sent).toEqual([{ rate: 1.5 }, { volume: 0.5 }])
})
