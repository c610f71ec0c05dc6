import { mkdirSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { buy, logInByMail, loginOf, newAddress, readMail, shop, tabTo } from './shop.ts'

/** A mistyped address, and a paid order without access: what the buyer can do alone, with and without scripts. */

/** Only with SHOTS=folder: pictures for people to judge. */
async function shots(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [320, 768, 1440]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 900 })
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true })
    }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 720 })
}

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
  ).toEqual([])
  await page.setViewportSize({ width: 320, height: 700 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await page.setViewportSize({ width: 1280, height: 720 })
}

const fresh = async (browser: Browser, javaScriptEnabled = true) =>
  (await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin', javaScriptEnabled })).newPage()
const correction = (page: Page) => page.getByText('Adresse vertippt? Hier berichtigen')

test('who mistyped the address puts it right, and only the new mailbox opens the account', async ({
  page,
  browser,
}) => {
  const typo = await buy(page, newAddress('vertippt'))
  await expect(page.getByText(/zugestellt an v•••@example\.test, \d\d:\d\d/)).toBeVisible({ timeout: 20_000 })
  const first = loginOf(await readMail(typo)).link
  await shots(page, 'danke')
  await correction(page).click()
  await shots(page, 'danke-formular')
  await accessible(page)
  const field = page.getByLabel('Deine E-Mail-Adresse')
  await field.fill('keine@adresse')
  await page.getByRole('button', { name: 'Adresse ändern' }).click()
  await expect(page.getByText('Das ist keine gültige E-Mail-Adresse.')).toBeVisible()
  await shots(page, 'danke-fehler')

  const right = newAddress('richtig')
  await field.fill(right)
  await page.getByRole('button', { name: 'Adresse ändern' }).click()
  await expect(page.getByText('Deine Adresse ist geändert.')).toBeVisible()
  await expect(page.getByText(/zugestellt an r•••@example\.test, \d\d:\d\d/)).toBeVisible({ timeout: 20_000 })
  await expect(correction(page)).toHaveCount(0)
  await shots(page, 'danke-geaendert')

  const stranger = await fresh(browser)
  await stranger.goto(first)
  await expect(stranger.getByRole('main')).not.toContainText('r•••')
  await expect(stranger.getByRole('main')).not.toContainText('v•••')
  expect((await readMail(typo, 2)).text).not.toContain(right)
  expect((await readMail(typo, 2)).links.filter((link) => link.includes('/anmelden/link'))).toEqual([])
  await logInByMail(stranger, right)
  await expect(stranger.getByRole('main')).toContainText('Lektion')

  // The mailbox is proven: the browser that paid can change nothing any more.
  await page.reload()
  await expect(correction(page)).toHaveCount(0)
})

test('an address with an account is refused beside the field, and the page leads on', async ({ page, browser }) => {
  const other = await fresh(browser)
  const taken = await buy(other, newAddress('vergeben'))
  await buy(page, newAddress('vertippt'))
  await correction(page).click()
  await page.getByLabel('Deine E-Mail-Adresse').fill(taken)
  await page.getByRole('button', { name: 'Adresse ändern' }).click()
  await expect(page.getByText('Diese Adresse können wir hier nicht eintragen.')).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'Bezahlt, aber kein Zugang?' }).first().click()
  await page.waitForURL('**/kein-zugang')
})

test('a mail that came back opens the form by itself; it works without scripts and by keyboard', async ({
  browser,
}) => {
  const page = await fresh(browser)
  await buy(page, newAddress('weg1'))
  await expect(page.getByText(/abgewiesen: diese Adresse gibt es nicht/)).toBeVisible({ timeout: 20_000 })
  await expect(page.getByLabel('Deine E-Mail-Adresse')).toBeVisible()
  await shots(page, 'danke-abgewiesen')
  await accessible(page)
  await tabTo(page, page.getByLabel('Deine E-Mail-Adresse'))

  const cookies = await page.context().cookies()
  const plain = await browser.newContext({ locale: 'de-DE', javaScriptEnabled: false })
  await plain.addCookies(cookies)
  const bare = await plain.newPage()
  await bare.goto(page.url())
  const right = newAddress('ohnescript')
  await bare.getByLabel('Deine E-Mail-Adresse').fill(right)
  await bare.getByRole('button', { name: 'Adresse ändern' }).click()
  await bare.waitForURL('**adresse=neu**')
  await expect(bare.getByText('Deine Adresse ist geändert.')).toBeVisible()
  await logInByMail(await fresh(browser), right)
})

test('once inside without proof the page still knows the browser that paid', async ({ page }) => {
  await buy(page, newAddress('drin'))
  const thanks = page.url()
  await page.getByRole('button', { name: 'Jetzt loslegen' }).click()
  await page.waitForURL('**/werkstatt')
  await page.goto(thanks)
  await correction(page).click()
  const right = newAddress('richtig')
  await page.getByLabel('Deine E-Mail-Adresse').fill(right)
  await page.getByRole('button', { name: 'Adresse ändern' }).click()
  await expect(page.getByText('Deine Adresse ist geändert.')).toBeVisible()
  expect(loginOf(await readMail(right)).link).toBeTruthy()
})

test('„Bezahlt, aber kein Zugang?“ answers everybody alike and brings back who lost the mail', async ({ browser }) => {
  const email = await buy(await fresh(browser), newAddress('verlegt'))
  const page = await fresh(browser, false)
  await page.goto(`${shop.url}/anmelden`)
  await page.getByRole('main').getByRole('link', { name: 'Bezahlt, aber kein Zugang?' }).click()
  await page.waitForURL('**/kein-zugang')
  const answers: string[] = []
  for (const address of [email, newAddress('fremd')]) {
    await page.goto(`${shop.url}/kein-zugang`)
    await page.getByLabel('Deine E-Mail-Adresse').fill(address)
    await page.getByRole('button', { name: 'Nachsehen lassen' }).click()
    await page.waitForURL('**/kein-zugang?stand=da')
    answers.push(await page.getByRole('main').innerText())
  }
  expect(answers[0]).toBe(answers[1])
  const { code = '' } = loginOf(await readMail(email, 2))
  await page.getByRole('link', { name: 'Code eingeben' }).click()
  await page.getByLabel(/Code/).fill(code)
  await page.getByRole('main').getByRole('button').first().click()
  await page.waitForURL('**/werkstatt')
})

test('the claim page in all its states', async ({ page }) => {
  for (const [name, query] of [
    ['leer', ''],
    ['da', '?stand=da'],
    ['fehler', '?fehler=invalid_input'],
    ['zuviel', '?fehler=rate_limited'],
  ]) {
    await page.goto(`${shop.url}/kein-zugang${query}`)
    await accessible(page)
    await shots(page, `kein-zugang-${name}`)
  }
})
