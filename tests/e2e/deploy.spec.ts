import { expect, type Page } from '@playwright/test'
import { lessons, listening, running } from './film.ts'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import { noViolations, pictures } from './looks.ts'
import { shop } from './shop.ts'

/** A tab left open over a deploy: its files are gone, and our server answers that it runs another build. */

// A service worker would still have the files.
test.use({ serviceWorkers: 'block' })

/**
 * From now on the server names another `build`, and files that the page has not loaded yet are gone: until the next
 * navigation, or for good with `comesWhole: false`. Answers how often the page was loaded.
 */
async function deploy(page: Page, { comesWhole = true, build = 'die-neue' } = {}) {
  const loaded = { count: 0 }
  let gone = true
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) return
    loaded.count += 1
    if (comesWhole) gone = false
  })
  const there = new Set(
    await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)),
  )
  await page.route('**/_next/static/chunks/**', (route) =>
    gone && !there.has(new URL(route.request().url()).pathname)
      ? route.fulfill({ status: 404, body: 'gone' })
      : route.continue(),
  )
  await page.route('**/api/health', (route) => route.fulfill({ json: { ok: true, build } }))
  return loaded
}

const notice = (page: Page) => page.getByRole('alert').filter({ hasText: 'neue Fassung' })
const play = (page: Page) => page.getByRole('button', { name: /Abspielen|Weiter bei/ }).click()

test('play in an old tab loads the new version once, keeps the half-written note, and the film starts', async ({
  page,
}) => {
  await learnerIn(page)
  await page.goto(`${shop.url}${lessons.second}`)
  await listening(page)
  const loaded = await deploy(page)
  await page.getByRole('textbox', { name: 'Neue Notiz' }).fill('Mitten im Deploy')
  await play(page)
  await expect(notice(page)).toContainText(
    'Die Seite lädt gleich neu. Was du gesehen und geschrieben hast, ist gesichert.',
  )
  // Asking a page about its film while it goes away fails.
  await expect.poll(() => loaded.count).toBe(1)
  await page.waitForLoadState()
  await running(page)
  await expect(page.getByText('Mitten im Deploy')).toBeVisible()
  await expect(notice(page)).toBeHidden()
  expect(loaded.count).toBe(1)
})

test('a new version that is not whole yet is loaded once and not for ever; whoever watches is asked', async ({
  page,
}) => {
  await page.goto(`${shop.url}${lessons.first}`)
  await listening(page)
  const loaded = await deploy(page, { comesWhole: false })
  await page.keyboard.press('?')
  await expect(notice(page)).toContainText('Lade die Seite neu, wenn es dir passt.')
  await pictures(page, 'neueFassung-angebot')
  await noViolations(page, 'a new version is offered')
  await page.getByRole('button', { name: 'Später' }).click()
  await expect(notice(page)).toBeHidden()
  expect(loaded.count).toBe(0)

  await play(page)
  await expect(notice(page)).toContainText('noch nicht ganz da')
  await pictures(page, 'neueFassung-nochNicht')
  await page.waitForTimeout(4_000)
  expect(loaded.count).toBe(1)
})

test('a file that is missing in the same version is our fault and loads nothing anew; a dead line is the line’s', async ({
  page,
}) => {
  await page.goto(`${shop.url}${lessons.first}`)
  await listening(page)
  const build = (await page.locator('html').getAttribute('data-build')) ?? ''
  expect(((await (await page.request.get(`${shop.url}/api/health`)).json()) as { build: string }).build).toBe(build)
  const loaded = await deploy(page, { build })
  await play(page)
  await expect(page.getByRole('alert').filter({ hasText: 'Das liegt an uns' })).toBeVisible()
  await expect(notice(page)).toBeHidden()
  await page.unroute('**/api/health')
  await page.route('**/api/**', (route) => route.abort())
  await page.getByRole('button', { name: 'Noch einmal versuchen' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Prüfe dein Netz' })).toBeVisible()
  expect(loaded.count).toBe(0)
})

test('a page whose files are gone when one goes to it is loaded anew, once', async ({ page }) => {
  await learnerIn(page)
  await page.goto(`${shop.url}/werkstatt`)
  await expect(page.getByRole('heading', { name: 'Deine Schubladen' })).toBeVisible()
  const loaded = await deploy(page)
  await page.getByRole('link', { name: 'Konto' }).first().click()
  await expect(page.getByRole('button', { name: 'Hier abmelden' })).toBeVisible()
  await expect(page).toHaveURL(/\/konto/)
  expect(loaded.count).toBe(1)
})
