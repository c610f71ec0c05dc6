import { type Browser, expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { decideDebit, paidIn } from './learner.ts'
import { pictures, sound } from './looks.ts'
import { logInByMail, loginOf, newAddress, readMail, shop, tabTo } from './shop.ts'

/** A mistyped address, and a paid order without access: what the buyer can do alone, with and without scripts. */

const fresh = async (browser: Browser, javaScriptEnabled = true) =>
  (await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin', javaScriptEnabled })).newPage()
/** Pays, and stands on the thank-you page. */
async function bought(page: Page, email: string): Promise<string> {
  const { sessionId } = await paidIn(page, { email })
  await page.goto(`${shop.url}/kauf/danke?session_id=${sessionId}`)
  return email
}
const correction = (page: Page) => page.getByText('Adresse vertippt? Hier berichtigen')

test('who mistyped the address puts it right, and only the new mailbox opens the account', async ({
  page,
  browser,
}) => {
  const typo = await bought(page, newAddress('vertippt'))
  await expect(page.getByText(/zugestellt an v•••@example\.test, \d\d:\d\d/)).toBeVisible()
  const first = loginOf(await readMail(typo)).link
  await pictures(page, 'danke')
  await correction(page).click()
  await pictures(page, 'danke-formular')
  await sound(page)
  const field = page.getByLabel('Deine E-Mail-Adresse')
  await field.fill('keine@adresse')
  await page.getByRole('button', { name: 'Adresse ändern' }).click()
  await expect(page.getByText('Das ist keine gültige E-Mail-Adresse.')).toBeVisible()
  await pictures(page, 'danke-fehler')

  const right = newAddress('richtig')
  await field.fill(right)
  await page.getByRole('button', { name: 'Adresse ändern' }).click()
  await expect(page.getByText('Deine Adresse ist geändert.')).toBeVisible()
  await expect(page.getByText(/zugestellt an r•••@example\.test, \d\d:\d\d/)).toBeVisible()
  await expect(correction(page)).toHaveCount(0)
  await pictures(page, 'danke-geaendert')

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
  const { email: taken } = await paidIn(other, { email: newAddress('vergeben') })
  await readMail(taken)
  await bought(page, newAddress('vertippt'))
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
  await bought(page, newAddress('weg1'))
  await expect(page.getByText(/abgewiesen: diese Adresse gibt es nicht/)).toBeVisible()
  await expect(page.getByLabel('Deine E-Mail-Adresse')).toBeVisible()
  await pictures(page, 'danke-abgewiesen')
  await sound(page)
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

test('while a direct debit is on its way the form promises no link, and the money opens the right mailbox', async ({
  page,
  browser,
}) => {
  const buyer = await paidIn(page, { email: newAddress('vertippt'), iban: 'DE89370400440532013000' })
  await page.goto(`${shop.url}/kauf/danke?session_id=${buyer.sessionId}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Deine Zahlung ist unterwegs')
  await expect(page.getByText(/zugestellt an v•••@example\.test/)).toBeVisible()
  await correction(page).click()
  await expect(page.getByText('Alles zu dieser Bestellung geht dann an die neue.', { exact: false })).toBeVisible()
  await expect(page.getByText('Der Link in der ersten Mail')).toHaveCount(0)
  await sound(page, 'dark')
  await pictures(page, 'danke-lastschrift')
  const right = newAddress('richtig')
  await page.getByLabel('Deine E-Mail-Adresse').fill(right)
  await page.getByRole('button', { name: 'Adresse ändern' }).click()
  await expect(page.getByText('Deine Adresse ist geändert.')).toBeVisible()
  await expect(page.getByRole('main')).not.toContainText('Der alte Link gilt nicht mehr')
  await expect(page.getByText(/zugestellt an r•••@example\.test/)).toBeVisible()
  await pictures(page, 'danke-lastschrift-geaendert')
  await decideDebit(buyer, 'succeed')
  await logInByMail(await fresh(browser), right, 2)
})

test('once inside without proof the page still knows the browser that paid', async ({ page }) => {
  await bought(page, newAddress('drin'))
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
  const email = await bought(await fresh(browser), newAddress('verlegt'))
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
    answers.push((await page.getByRole('main').textContent()) ?? '')
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
    await sound(page)
    await pictures(page, `kein-zugang-${name}`)
  }
})
