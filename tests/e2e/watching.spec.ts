import { expect, type Page } from '@playwright/test'
import {
  begun,
  clock,
  film,
  lessonAt,
  lessons,
  listening,
  noteBeginning,
  openSheet,
  pause,
  running,
  startFilm,
  storedPosition,
  toTheEnd,
} from './film.ts'
import { test } from './fixture.ts'
import { deviceOf, learnerIn } from './learner.ts'
import { position, shop, tabTo } from './shop.ts'
import { soon } from './soon.ts'

/** A learner at work: what is remembered, what the keyboard does, how one lesson follows another. */

const SECOND = 'die-leere-werkbank'

/** Notes speed and captions of each film at the moment its first picture is there. */
const noteFirstFrames = (page: Page) =>
  page.addInitScript(() => {
    const seen: unknown[] = []
    Object.assign(window, { firstFrames: seen })
    document.addEventListener(
      'loadeddata',
      ({ target }) => {
        const video = target as HTMLVideoElement
        const captions = [...video.textTracks].find(({ kind }) => kind === 'captions')?.mode
        seen.push({ rate: video.playbackRate, volume: video.volume, captions })
      },
      true,
    )
  })
const firstFrames = (page: Page) => page.evaluate(() => (window as unknown as { firstFrames: unknown[] }).firstFrames)

/** What the account has of what was chosen. */
const savedSettings = async (page: Page) =>
  ((await (await page.request.get(`${shop.url}/api/settings`)).json()) as { player: object }).player

test('speed, volume and captions hold over lesson changes and on another device, from the first picture on', async ({
  page,
  browser,
}) => {
  const learner = await learnerIn(page)
  const laptop = await deviceOf(learner, browser)
  await noteFirstFrames(laptop)
  await startFilm(laptop, lessons.second)
  for (const key of ['>', '>', 'c', 'ArrowDown', 'ArrowDown']) await laptop.keyboard.press(key)
  await soon(() => film(laptop)).toMatchObject({ rate: 1.5, captions: 'showing' })
  await soon(() => savedSettings(laptop)).toMatchObject({ rate: 1.5, volume: 0.8, captions: true })
  await startFilm(laptop, lessons.third)
  const chosen = { rate: 1.5, volume: 0.8, captions: 'showing' }
  expect(await firstFrames(laptop)).toEqual([chosen])

  const phone = await deviceOf(learner, browser, { viewport: { width: 390, height: 800 } })
  await noteFirstFrames(phone)
  await startFilm(phone, lessons.first)
  expect(await firstFrames(phone)).toEqual([chosen])
  expect(await film(phone)).toMatchObject({ rate: 1.5, captions: 'showing' })
})

test('goes on at the second on another device; an address with a second comes first; a finished film begins anew', async ({
  page,
  browser,
}) => {
  const learner = await learnerIn(page)
  const laptop = await deviceOf(learner, browser)
  await startFilm(laptop, `${lessons.second}?t=62`)
  await soon(() => position(laptop)).toBeGreaterThan(63)
  await pause(laptop)
  const stoppedAt = await position(laptop)
  await soon(() => storedPosition(laptop, SECOND)).toBeCloseTo(stoppedAt, 1)

  const phone = await deviceOf(learner, browser)
  await phone.goto(`${shop.url}${lessons.second}`)
  await expect(phone.getByRole('button', { name: `Weiter bei ${clock(stoppedAt)}` })).toBeVisible()
  await listening(phone)
  await noteBeginning(phone)
  await phone.keyboard.press('k')
  await running(phone)
  expect(Math.abs((await begun(phone)) - stoppedAt)).toBeLessThan(1)

  await toTheEnd(phone)
  await soon(() => film(phone)).toMatchObject({ paused: true })
  await soon(() => storedPosition(phone, SECOND)).toBeGreaterThan(190)
  await phone.reload()
  await expect(phone.getByRole('button', { name: 'Abspielen', exact: true })).toBeVisible()
  for (const odd of ['-5', 'abc', '99999', '1e9'])
    expect((await phone.goto(`${shop.url}${lessons.second}?t=${odd}`))?.status()).toBe(200)
  await expect(phone.getByRole('button', { name: 'Abspielen', exact: true })).toBeVisible()
})

test('a tab that is killed in the middle loses ten seconds at most', async ({ page, context }) => {
  await learnerIn(page)
  await startFilm(page, lessons.second)
  await soon(() => position(page)).toBeGreaterThan(13)
  const at = await position(page)
  const devtools = await context.newCDPSession(page)
  void devtools.send('Page.crash').catch(() => {})
  const later = await context.newPage()
  await soon(() => storedPosition(later, SECOND)).toBeGreaterThan(at - 10.5)
})

test('a lesson with the keyboard alone, and not a letter lost to it', async ({ page }) => {
  await learnerIn(page)
  await page.goto(`${shop.url}${lessons.second}`)
  await listening(page)
  await page.keyboard.press('k')
  await running(page)
  await page.keyboard.press('k')
  expect((await film(page)).paused).toBe(true)
  const from = await position(page)
  await page.keyboard.press('l')
  await page.keyboard.press('ArrowRight')
  await soon(() => position(page)).toBeCloseTo(from + 15, 0)
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowLeft')
  await soon(() => position(page)).toBeCloseTo(from, 0)
  await page.keyboard.press('5')
  await soon(async () => (await film(page)).at / (await film(page)).duration).toBeCloseTo(0.5, 1)
  await page.keyboard.press('m')
  await page.keyboard.press('c')
  await page.keyboard.press('<')
  await soon(() => film(page)).toMatchObject({ muted: true, captions: 'showing', rate: 0.75 })
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Tasten' })
  await expect(help).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()

  // Whoever writes keeps every letter, and shortcuts of the browser stay the browser's.
  const before = await film(page)
  await page.evaluate(() => document.querySelector('main')?.prepend(document.createElement('textarea')))
  const field = page.locator('main textarea').first()
  await field.focus()
  await page.keyboard.type('kjlfmc <5> ?')
  await expect(field).toHaveValue('kjlfmc <5> ?')
  await field.evaluate((element) => element.remove())
  await page.keyboard.press('Control+m')
  await page.keyboard.press('Alt+k')
  expect(await film(page)).toEqual(before)

  // Into the spoken text with Tab, down with the arrows, and there with Enter.
  const { from: begins } = lessonAt(lessons.second).spoken[1]!
  const line = page.getByRole('link', { name: `Zu ${clock(begins)}` })
  await page.keyboard.press('0')
  await tabTo(page, page.getByRole('link', { name: 'Zu 0:01' }), 60)
  await page.keyboard.press('ArrowDown')
  await expect(line).toBeFocused()
  await page.keyboard.press('Enter')
  await soon(() => position(page)).toBeGreaterThan(begins - 0.5)
  expect((await film(page)).paused).toBe(false)
})

test('single keys can be kept to the player', async ({ page }) => {
  await startFilm(page, lessons.first)
  await openSheet(page)
  await page.getByLabel('Tasten gelten auf der ganzen Seite').uncheck()
  await page.keyboard.press('Escape')
  await page.locator('h1').first().click()
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await page.keyboard.press('m')
  expect((await film(page)).muted).toBe(false)
  await page.locator('media-play-button').focus()
  await page.keyboard.press('m')
  await soon(async () => (await film(page)).muted).toBe(true)
})

test('the spoken text starts the film at its line, follows it, and waits for whoever scrolls away', async ({
  page,
}) => {
  await page.goto(`${shop.url}${lessons.first}`)
  const text = page.getByRole('region', { name: 'Mitschrift' })
  await text.getByText('Laut und teuer sind', { exact: false }).first().click()
  await running(page)
  const at = await position(page)
  expect(at).toBeGreaterThan(20)
  await expect(text.locator('span[data-active="true"]')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Kapitel' }).locator('[aria-current="true"]')).toHaveCount(1)
  const back = page.getByRole('button', { name: 'Zur laufenden Stelle' })
  await expect(back).toBeHidden()
  await text.locator('ol').hover()
  await page.mouse.wheel(0, -3_000)
  await expect(back).toBeVisible()
  await back.click()
  await expect(back).toBeHidden()
  await expect(text.locator('span[data-active="true"]')).toBeInViewport()
  await page.getByRole('navigation', { name: 'Kapitel' }).getByRole('link').nth(1).click()
  await soon(() => position(page)).toBeLessThan(60)
})

test('the next lesson by itself: asked for once, eight seconds to say no, same full screen and speed', async ({
  page,
}) => {
  await learnerIn(page)
  await startFilm(page, lessons.second)
  await toTheEnd(page)
  const end = page.getByRole('region', { name: 'Ende der Lektion' })
  await expect(end.getByRole('link', { name: 'Weiter' })).toBeVisible()
  await expect(end).not.toContainText('in 8 s')
  await end.getByRole('button', { name: 'Noch einmal' }).click()
  await expect(end).toBeHidden()
  await openSheet(page)
  await page.getByLabel('Am Ende mit der nächsten Lektion weitermachen').check()
  await page.getByLabel('1,75', { exact: true }).check()
  await page.keyboard.press('Escape')

  await toTheEnd(page)
  await expect(end).toContainText(/Weiter mit Lektion 3\s+in\s+\d/)
  await page.keyboard.press('Escape')
  await expect(end.getByRole('button', { name: 'Abbrechen' })).toBeHidden()
  await expect(page).toHaveURL(new RegExp(lessons.second))

  await page.keyboard.press('f')
  await soon(() => page.evaluate(() => document.fullscreenElement?.id)).toBe('film')
  await page.evaluate(() => Object.assign(window, { element: document.querySelector('video') }))
  await end.getByRole('button', { name: 'Noch einmal' }).click()
  await toTheEnd(page)
  await page.waitForURL(`**${lessons.third}`, { timeout: 20_000 })
  await expect(page).toHaveTitle(/Lektion 3/)
  await expect(page.locator('h1')).toHaveText('Ein Ort für alles')
  await running(page)
  await expect(page.locator('.transcript-lines')).toContainText(lessonAt(lessons.third).spoken[0]!.cues[0]!.text)
  expect(await film(page)).toMatchObject({ rate: 1.75, paused: false })
  expect(
    await page.evaluate(() => [
      document.fullscreenElement?.id,
      document.querySelector('video') === (window as unknown as { element: unknown }).element,
    ]),
  ).toEqual(['film', true])

  await page.goBack()
  await expect(page.locator('h1')).toHaveText('Die leere Werkbank')
  await expect(page.getByRole('button', { name: /Abspielen|Weiter bei/ })).toBeVisible()
})

test('behind the last open lesson stands a sentence, not a closed door', async ({ page }) => {
  await startFilm(page, lessons.first)
  await toTheEnd(page)
  const end = page.getByRole('region', { name: 'Ende der Lektion' })
  await expect(end).toContainText('Lektion 2 gehört zum Kurs')
  await expect(end.getByRole('link', { name: 'Zum Kurs' })).toHaveAttribute('href', '/bestellen')
})
