import { type BrowserContext, expect, type Page } from '@playwright/test'
import { listening } from './film.ts'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import { noViolations, readableInTheDark } from './looks.ts'
import { position, shop } from './shop.ts'
import { soon } from './soon.ts'

/** The search by keyboard, and its states without results. */

const field = (page: Page) => page.getByRole('searchbox', { name: /Wörter aus Titeln/ })
const hits = (page: Page) => page.getByRole('main').getByRole('article').getByRole('link')

let context: BrowserContext

test.beforeAll(async ({ browser, workshop: _ }) => {
  context = await browser.newContext({ locale: 'de-DE', reducedMotion: 'reduce' })
  const page = await context.newPage()
  await learnerIn(page)
  // The worker indexes the course when it starts.
  await soon(async () => (await (await page.request.get(`${shop.url}/api/search?q=Besen`)).json()).state).toBe('found')
  await page.close()
})
test.afterAll(() => context.close())

test('/ leads to the field from a lesson, the arrows through the hits, Enter to the second in the film', async () => {
  const page = await context.newPage()
  await page.goto(`${shop.url}/lektionen/die-leere-werkbank`)
  await listening(page)
  // The key's listener may start after the film's, and an earlier press would be lost.
  await expect(async () => {
    await page.keyboard.press('/')
    await page.waitForURL('**/suche', { timeout: 10_000 })
  }).toPass()
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('eingangkorb')
  await expect(page.getByText('„eingangkorb“ steht nirgends.')).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: /^\d+ Lektionen$/ })).toBeVisible()
  await expect(page).toHaveURL(/\/suche\?q=eingangkorb$/)
  await page.keyboard.press('ArrowDown')
  await expect(hits(page).first()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(hits(page).nth(1)).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(field(page)).toBeFocused()
  // Inside the field the slash is an ordinary character.
  await page.keyboard.press('/')
  await expect(field(page)).toHaveValue('eingangkorb/')
  await page.keyboard.press('Backspace')
  const spoken = hits(page).filter({ hasText: 'Film ab' }).first()
  const second = Number(/\?t=(\d+)$/.exec((await spoken.getAttribute('href')) ?? '')?.[1])
  expect(second).toBeGreaterThan(0)
  await spoken.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/lektionen/der-eingangskorb?t=${second}`)
  await page.getByRole('button', { name: /Abspielen|Weiter bei/ }).click()
  await soon(() => position(page)).toBeGreaterThanOrEqual(second)
  expect(await position(page)).toBeLessThan(second + 15)
  await page.close()
})

test('without scripts the same form and the same hits', async ({ browser }) => {
  const plain = await browser.newContext({
    locale: 'de-DE',
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  })
  const page = await plain.newPage()
  await page.goto(`${shop.url}/suche`)
  await field(page).fill('Besen')
  await page.getByRole('button', { name: 'Suchen' }).click()
  await expect(page).toHaveURL(/\/suche\?q=Besen$/)
  await expect(page.getByRole('main').locator('mark').first()).toHaveText('Besen')
  await plain.close()
})

test('every state of the search is fit for everybody, from phone to desk', async () => {
  const page = await context.newPage()
  for (const [query, sentence] of [
    ['', 'Durchsucht werden'],
    ['x', 'Ein Buchstabe ist zu wenig'],
    ['und', 'fast jedem Satz'],
    ['Quastenflosser', 'Nichts gefunden'],
    ['Eingangkorb', 'steht nirgends'],
  ] as const) {
    await page.goto(`${shop.url}/suche?${new URLSearchParams({ q: query })}`)
    await expect(page.getByRole('main')).toContainText(sentence)
    // The single sentences look alike: one of them stands for all.
    if (query.length !== 1 && query !== 'und') await noViolations(page)
    await page.setViewportSize({ width: 320, height: 700 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    await page.setViewportSize({ width: 1280, height: 800 })
  }
  await readableInTheDark(page)
  await page.close()
})

test('without a net, or a database, the search says so and goes on by itself', async () => {
  const page = await context.newPage()
  await page.goto(`${shop.url}/suche?q=Besen`)
  await context.setOffline(true)
  await field(page).fill('Korb')
  await expect(page.getByText('Die Verbindung ist weg.')).toBeVisible()
  await noViolations(page)
  await context.setOffline(false)
  await page.route('**/api/search?**', (route) =>
    route.fulfill({ status: 503, json: { error: { code: 'database_unavailable', message: 'x' } } }),
  )
  await field(page).fill('Korb ')
  await expect(page.getByText('Wir kommen gerade nicht an unsere Daten.')).toBeVisible()
  await page.unroute('**/api/search?**')
  await field(page).fill('Korb')
  await expect(hits(page).first()).toBeVisible()
  await page.close()
})
