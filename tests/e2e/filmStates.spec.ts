import { expect, type Page } from '@playwright/test'
import { film, lessons, openSheet, pause, running, startFilm, toTheEnd } from './film.ts'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import { noViolations } from './looks.ts'
import { position, shop } from './shop.ts'
import { soon } from './soon.ts'

/** The film when something is missing (network, time, space, data), and every state that it can be in. */

const FILM = '**/*.m4s'

async function lookAt(page: Page, state: string): Promise<void> {
  const met = await noViolations(page, state)
  // Behind an open sheet or the end card the film is not judged.
  const inSight =
    (await page.locator('video').count()) > 0 && (await page.locator('dialog[open], .player-end').count()) === 0
  if (inSight) expect(met, state).toContain('video-caption')
}

test('a net that goes is said calmly, what is loaded plays on, and the film goes on by itself', async ({ page }) => {
  await startFilm(page, lessons.first)
  const trouble = page.getByRole('status').filter({ hasText: 'Was geladen ist, läuft weiter' })
  // Only the film's pieces fail: the browser stays „online“, so no event says that the network is back.
  await page.route(FILM, (route) => route.abort('internetdisconnected'))
  await page.keyboard.press('5')
  await expect(trouble).toBeVisible()
  await lookAt(page, 'without a net')
  const at = await position(page)
  await page.waitForTimeout(2_500)
  expect(Math.abs((await position(page)) - at)).toBeLessThan(0.5)
  expect((await film(page)).paused).toBe(false)
  await page.unroute(FILM)
  await soon(() => position(page)).toBeGreaterThan(at + 0.5)
  await expect(trouble).toBeHidden()
})

test('after an hour of sleep the film goes on with a new signature, and not one piece is refused', async ({ page }) => {
  const refused: string[] = []
  let signed = 0
  page.on('response', (answer) => {
    if (answer.url().startsWith(shop.bunny) && answer.status() === 403) refused.push(answer.url())
    if (answer.url().endsWith('/play') && answer.ok()) signed++
  })
  await startFilm(page, lessons.first)
  await pause(page)
  expect(signed).toBe(1)
  expect((await page.request.post(`${shop.bunny}/_expire`, { data: {} })).ok()).toBe(true)
  await page.evaluate(() => {
    const now = Date.now
    Date.now = () => now() + 3_600_000
  })
  await page.keyboard.press('6')
  await page.keyboard.press('k')
  await soon(async () => (await film(page)).at / (await film(page)).duration).toBeGreaterThan(0.6)
  await running(page)
  expect(signed).toBe(2)
  expect(refused).toEqual([])
})

test('a piece that cannot be decoded is fetched anew, and the film goes on by itself', async ({ page }) => {
  let fetched = 0
  await page.route('**/video5.m4s', async (route) => {
    const response = await route.fetch()
    const body = await response.body()
    fetched += 1
    if (fetched === 1) body.fill(0x5a, body.indexOf('mdat') + 200)
    await route.fulfill({ response, body })
  })
  await startFilm(page, `${lessons.first}?t=18`)
  await soon(() => position(page)).toBeGreaterThan(21)
  expect(fetched).toBeGreaterThan(1)
  expect((await film(page)).paused).toBe(false)
})

test('saving data asks for the smallest picture only, from the first piece on', async ({ page }) => {
  await startFilm(page, lessons.first)
  await openSheet(page)
  await page.getByLabel('Datensparen').check()
  await page.keyboard.press('Escape')
  const asked: string[] = []
  page.on('request', (request) => request.url().endsWith('.m4s') && asked.push(request.url()))
  await startFilm(page, '/lektionen/das-stille-telefon')
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.filter((url) => !url.includes('/240p/'))).toEqual([])
  await openSheet(page)
  await page.getByLabel('360p').check()
  await page.keyboard.press('Escape')
  await page.keyboard.press('7')
  await soon(() => asked.at(-1)).toContain('/360p/')
})

test('a player that cannot be fetched says so, and starts when the net is back', async ({ page, context }) => {
  await page.goto(`${shop.url}${lessons.first}`)
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Abspielen' }).click()
  const problem = page.getByRole('alert').filter({ hasText: 'Die Verbindung ist weg' })
  await expect(problem).toBeVisible()
  await expect(problem).toBeFocused()
  await lookAt(page, 'offline before the start')
  await context.setOffline(false)
  await running(page)
  await expect(problem).toBeHidden()
})

test('every state of the player is for everybody, on a desk and on a phone', async ({ page }) => {
  await learnerIn(page)
  await startFilm(page, lessons.second)
  await page.keyboard.press('k')
  for (const [width, colorScheme] of [
    [1440, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await lookAt(page, `film at ${width}`)
    await openSheet(page)
    await lookAt(page, `settings at ${width}`)
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Tasten' })).toBeVisible()
    await lookAt(page, `keys at ${width}`)
    await page.keyboard.press('Escape')
    await toTheEnd(page)
    await expect(page.getByRole('region', { name: 'Ende der Lektion' })).toBeVisible()
    await lookAt(page, `end at ${width}`)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    await page.getByRole('button', { name: 'Noch einmal' }).click()
    await pause(page)
  }
})

test('by touch at 320 px: targets for a thumb, a sheet from below, two taps for ten seconds, the film stays above the text', async ({
  browser,
}) => {
  const phone = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, locale: 'de-DE' }
  const page = await (await browser.newContext(phone)).newPage()
  await page.goto(`${shop.url}${lessons.first}`)
  await page.getByRole('button', { name: 'Abspielen' }).tap()
  await running(page)
  await page.locator('video').tap()
  for (const control of await page
    .locator('.player-bar > :is(button, media-play-button, media-fullscreen-button)')
    .all()) {
    const box = await control.boundingBox()
    if (!box) continue
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44)
  }
  await page.getByRole('button', { name: 'Einstellungen und Kapitel' }).tap()
  const sheet = page.getByRole('dialog', { name: 'Einstellungen' })
  await expect(sheet).toBeVisible()
  const box = await sheet.boundingBox()
  expect([box?.x, box?.width, Math.round((box?.y ?? 0) + (box?.height ?? 0))]).toEqual([0, 320, 640])
  await sheet.getByText('1,5', { exact: true }).tap({ force: true })
  await sheet.getByRole('button', { name: 'Schließen' }).tap()
  await soon(() => film(page)).toMatchObject({ rate: 1.5 })

  await pause(page)
  const from = await position(page)
  const picture = await page.locator('video').boundingBox()
  const right = { x: 290, y: (picture?.y ?? 0) + 20 }
  await page.touchscreen.tap(right.x, right.y)
  await page.touchscreen.tap(right.x, right.y)
  await soon(() => position(page)).toBeCloseTo(from + 10, 0)

  await page.getByRole('link', { name: 'Mitschrift' }).tap()
  await expect(page.getByRole('heading', { name: 'Mitschrift' })).toBeInViewport()
  await expect(page.locator('video')).toBeInViewport()
  const [above, text] = [await page.locator('video').boundingBox(), await page.locator('#mitschrift').boundingBox()]
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual((text?.y ?? 0) + 1)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
})

test('on paper stand text, exercise, checklist and what was said, not the player', async ({ page }) => {
  await page.goto(`${shop.url}${lessons.first}`)
  await page.emulateMedia({ media: 'print' })
  for (const name of ['Text', 'Übung', 'Checkliste', 'Mitschrift'])
    await expect(page.getByRole('heading', { name, exact: true })).toBeVisible()
  await expect(page.getByText('Zwei Tage', { exact: false }).last()).toBeVisible()
  await expect(page.locator('.player-frame, header nav, footer').first()).toBeHidden()
  const lines = page.locator('.transcript-lines')
  expect(await lines.evaluate((element) => element.scrollHeight <= element.clientHeight + 1)).toBe(true)
})
