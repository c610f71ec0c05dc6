import { expect, type Page } from '@playwright/test'
import { clock, film, lessons, listening, pause, running, startFilm, storedPosition } from './film.ts'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import { position, shop } from './shop.ts'
import { soon } from './soon.ts'

/** One lesson in two tabs of a browser: what one does shows in the other, nothing is lost, nothing counts twice. */

const LESSON = 'die-leere-werkbank'
const newNote = (page: Page) => page.getByRole('textbox', { name: 'Neue Notiz' })
const editing = (page: Page) => page.getByRole('textbox', { name: 'Notiz bearbeiten' })
const done = (page: Page) => page.getByRole('button', { name: 'Erledigt', exact: true })

interface Stored {
  notes: { kind: string; body: string; copyOf: string | null }[]
  ticked: string[]
}
const stored = async (page: Page): Promise<Stored> =>
  (await page.request.get(`${shop.url}/api/notes?lektion=${LESSON}`)).json()
const watched = async (page: Page): Promise<{ ranges: [number, number][]; watchedSeconds: number }> => {
  const answer = await page.request.get(`${shop.url}/api/progress`)
  const { lessons: all } = await answer.json()
  return all.find(({ lessonId }: { lessonId: string }) => lessonId === LESSON)
}

let here: Page
let there: Page
test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin' })
  ;[here, there] = await Promise.all([context.newPage(), context.newPage()])
  await learnerIn(here)
  await Promise.all([here, there].map((page) => page.goto(shop.url + lessons.second).then(() => listening(page))))
})
test.afterAll(() => here?.context().close())

test('ticks, notes and „Erledigt“ of one tab are in the other; a note edited in both keeps both texts', async () => {
  await here.getByRole('checkbox').nth(0).check()
  await expect(there.getByRole('checkbox').nth(0)).toBeChecked()
  await there.getByRole('checkbox').nth(1).check()
  await expect(here.getByRole('checkbox').nth(1)).toBeChecked()
  for (const page of [here, there]) await expect(page.getByText('2 von', { exact: false })).toBeVisible()

  await newNote(here).fill('Der Tisch ist leer.')
  await here.getByRole('button', { name: 'Fertig' }).click()
  await expect(there.getByText('Der Tisch ist leer.')).toBeVisible()
  // Typed on at the same time; what the other tab says must not change the text under one’s hands.
  for (const page of [here, there]) await page.getByRole('button', { name: /^Bearbeiten/ }).click()
  await editing(here).pressSequentially(' Und bleibt es.')
  await editing(there).pressSequentially(' Bis Montag.')
  await expect(editing(here)).toHaveValue('Der Tisch ist leer. Und bleibt es.')
  await expect(editing(there)).toHaveValue('Der Tisch ist leer. Bis Montag.')
  for (const page of [here, there]) await page.getByRole('button', { name: 'Fertig' }).click()
  const both = ['Der Tisch ist leer. Bis Montag.', 'Der Tisch ist leer. Und bleibt es.']
  for (const page of [here, there])
    for (const text of both) await expect(page.locator('.note').getByText(text, { exact: true })).toBeVisible()
  const { notes, ticked } = await stored(here)
  expect(notes.map(({ body }) => body).sort()).toEqual(both)
  expect(notes.filter(({ copyOf }) => copyOf !== null)).toHaveLength(1)
  expect(ticked).toHaveLength(2)

  await done(here).click()
  await expect(done(there)).toHaveAttribute('aria-pressed', 'true')
  await done(there).click()
  await expect(done(here)).toHaveAttribute('aria-pressed', 'false')
})

test('the film goes on where the other tab stopped, its bookmarks are there too, a second counts once, and both run at the chosen speed', async () => {
  await here.getByRole('button', { name: 'Abspielen' }).click()
  await running(here)
  await soon(() => position(here)).toBeGreaterThan(2)
  await pause(here)
  const stoppedAt = await position(here)
  await here.getByRole('button', { name: /^Stelle .* merken$/ }).click()
  await expect(there.locator('.bookmark-list > li')).toHaveCount(1)
  const goOn = there.getByRole('button', { name: `Weiter bei ${clock(stoppedAt)}` })
  await expect(goOn).toBeVisible()
  await goOn.click()
  await running(there)
  expect(await position(there)).toBeGreaterThan(stoppedAt - 0.1)

  // The same piece once more in both at once.
  for (const page of [here, there])
    await page.evaluate(() => {
      const video = document.querySelector('video') as HTMLVideoElement
      video.currentTime = 60
      void video.play()
    })
  for (const page of [here, there]) await soon(() => position(page)).toBeGreaterThan(62)
  for (const page of [here, there]) await pause(page)
  const [one, other] = [await position(here), await position(there)]
  await soon(async () => (await watched(here)).ranges.at(-1)?.[1]).toBeGreaterThan(Math.max(one, other) - 0.1)
  const { ranges, watchedSeconds } = await watched(here)
  expect(ranges.filter(([from]) => from > 59)).toHaveLength(1)
  const union = ranges.reduce((sum, [from, to]) => sum + to - from, 0)
  expect(watchedSeconds).toBeCloseTo(union, 2)
  expect(union).toBeLessThan((await position(there)) - 60 + stoppedAt + 8)
  expect(await storedPosition(here, LESSON)).toBeGreaterThan(60)

  await startFilm(there, lessons.third)
  await here.keyboard.press('>')
  await soon(async () => (await film(there)).rate).toBe(1.25)
  await there.keyboard.press('>')
  await soon(async () => (await film(here)).rate).toBe(1.5)
})
