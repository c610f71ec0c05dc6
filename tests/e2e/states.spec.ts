import { type Browser, expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { decideDebit, deviceOf, learnerIn, paidIn } from './learner.ts'
import { noViolations } from './looks.ts'
import { logInByMail, loginOf, newAddress, readMail, shop } from './shop.ts'

/** What a person sees while money is under way, a mail is lost, a link is used up, or a price has changed. */

/** On a phone nothing may stand beside the page. */
async function fitsPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 700 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await noViolations(page)
}

const stranger = async (browser: Browser) => (await browser.newContext({ locale: 'de-DE' })).newPage()

/** Opens the thank-you page of an order. */
const thanks = (page: Page, { sessionId }: { sessionId: string }) =>
  page.goto(`${shop.url}/kauf/danke?session_id=${sessionId}`)

test('a direct debit waits, says so, and the page turns by itself when the money is there', async ({
  page,
  browser,
}) => {
  const buyer = await paidIn(page, { iban: 'DE89370400440532013000' })
  await thanks(page, buyer)
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toContainText('Deine Zahlung ist unterwegs')
  await expect(page.getByRole('main')).toContainText('noch zu')
  await expect(page.getByRole('button', { name: 'Jetzt loslegen' })).toHaveCount(0)
  await fitsPhone(page)
  const other = await stranger(browser)
  await other.goto(page.url())
  await expect(other.getByRole('main')).toContainText('Diese Bestellung sehen wir hier nicht.')
  await expect(other.getByRole('main')).not.toContainText('349')
  await noViolations(other)
  await decideDebit(buyer, 'succeed')
  await expect(heading).toContainText('Dein Zugang ist offen')
  await expect(page.getByText(/zugestellt an l•••@example\.test/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Jetzt loslegen' })).toBeVisible()
})

test('a direct debit that fails says that nothing was booked, and leads back to the order', async ({ page }) => {
  await thanks(page, await paidIn(page, { iban: 'DE62370400440532013001' }))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('nicht durchgegangen')
  await page.getByRole('link', { name: 'Noch einmal bestellen' }).click()
  await page.waitForURL('**/bestellen')
})

test('a mail that bounces is named, promises no link, and does not keep the buyer out', async ({ page }) => {
  await thanks(page, await paidIn(page, { email: newAddress('weg') }))
  const main = page.getByRole('main')
  await expect(main).toContainText('abgewiesen: diese Adresse gibt es nicht (w•••@example.test')
  await expect(main).toContainText('Unsere Mail an dich kam nicht an.')
  await expect(main).not.toContainText('liegt dein Link in der Mail')
  await fitsPhone(page)
  await page.getByRole('button', { name: 'Jetzt loslegen' }).click()
  await page.waitForURL('**/werkstatt')
})

test('a used link sends a new one with one click, and that one opens', async ({ page, browser }) => {
  const { email } = await learnerIn(page, { email: newAddress(), proven: true })
  const { link } = loginOf(await readMail(email))
  const late = await stranger(browser)
  await late.goto(link)
  await expect(late.getByRole('heading', { level: 1 })).toContainText('Der Link ist schon benutzt.')
  await fitsPhone(late)
  await late.getByRole('button', { name: /Neuen Link an a•••@example\.test schicken/ }).click()
  await expect(late.getByText(/Neuer Link an a•••@example\.test geschickt/)).toBeVisible()
  await logInByMail(late, email, 2)
})

test('one device is ended from another, and it is really out', async ({ page, browser }) => {
  const learner = await learnerIn(page, { proven: true })
  const phone = page
  const desk = await deviceOf(learner, browser)
  await desk.goto(`${shop.url}/konto`)
  await expect(desk.getByRole('main')).toContainText(/BEZAHLT|Bezahlt/)
  await fitsPhone(desk)
  const devices = desk.getByRole('button', { name: /^Abmelden ?:/ })
  await expect(devices).toHaveCount(1)
  await devices.click()
  await expect(desk.getByText(/ist abgemeldet\./)).toBeVisible()
  await expect(devices).toHaveCount(0)
  await expect(desk.getByText(/ist abgemeldet\./)).toBeFocused()
  await phone.goto(`${shop.url}/konto`)
  await phone.waitForURL('**/anmelden**')
  await desk.reload()
  await expect(desk.getByRole('heading', { level: 1 })).toContainText('Konto')
})

test.describe('the order page refuses in place', () => {
  const button = (page: Page) => page.getByRole('button', { name: 'zahlungspflichtig bestellen' })

  test('an address that cannot be one', async ({ page }) => {
    await page.goto(`${shop.url}/bestellen`)
    const field = page.getByLabel('Deine E-Mail-Adresse')
    await field.fill('anna@nirgends')
    await button(page).click()
    await expect(page.getByText('Das ist keine gültige E-Mail-Adresse.')).toBeVisible()
    await expect(field).toBeFocused()
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await fitsPhone(page)
  })

  // The price itself stays: other files order at the same time. The page merely claims to have shown another one.
  test('a price that moved: the new one is named, and nothing is opened', async ({ page }) => {
    await page.route('**/api/stripe/create-checkout', (route) =>
      route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), shownAmount: 29_900 }) }),
    )
    await page.goto(`${shop.url}/bestellen`)
    await page.getByLabel('Deine E-Mail-Adresse').fill(newAddress('preis'))
    await button(page).click()
    await expect(page.getByText(/Der Preis hat sich geändert: Er ist jetzt 349,00/)).toBeVisible()
    await fitsPhone(page)
    await page.unrouteAll()
    await page.getByRole('link', { name: 'Seite neu laden' }).click()
    await expect(button(page)).toBeVisible()
    await expect(page.getByText('Das hat nicht geklappt.')).toHaveCount(0)
  })

  // Stripe answers a repeated key with the first answer, a failure included: the next click has to be a new attempt.
  test('a payment service that is away: the next click is a new attempt and gets through', async ({ page }) => {
    const attempts: string[] = []
    await page.route('**/api/stripe/create-checkout', (route) => {
      attempts.push(route.request().postDataJSON().attemptId)
      if (attempts.length > 1) return route.continue()
      const error = { code: 'payments_unavailable', message: 'Die Kasse ist gerade nicht erreichbar.', requestId: 'x' }
      return route.fulfill({ status: 503, contentType: 'application/json', body: JSON.stringify({ error }) })
    })
    await page.goto(`${shop.url}/bestellen`)
    await page.getByLabel('Deine E-Mail-Adresse').fill(newAddress('kasse-weg'))
    await button(page).click()
    await expect(page.getByText('Die Kasse ist gerade nicht erreichbar.')).toBeVisible()
    await noViolations(page)
    await button(page).click()
    await page.waitForURL(`${shop.stripe}/**`)
    expect(new Set(attempts).size).toBe(2)
  })
})

test('on a slow line the page stays until the next one is there, and says that it is on its way', async ({ page }) => {
  await page.goto(`${shop.url}/`)
  await page.route('**/kurs?**', async (route) => {
    await new Promise((go) => setTimeout(go, 1_500))
    await route.continue()
  })
  const note = page.locator('.on-the-way')
  await page.getByRole('navigation', { name: 'Hauptmenü' }).getByRole('link', { name: 'Inhalt' }).click()
  await expect(note).toContainText('Wird geholt')
  await expect(page).toHaveURL(`${shop.url}/`)
  await page.waitForURL('**/kurs')
  await expect(note).toBeEmpty()
})
