import { expect } from '@playwright/test'
import { begun, clock, noteBeginning, running, storedPosition } from './film.ts'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import {
  FIRST_LESSON,
  logInByMail,
  loginOf,
  newAddress,
  order,
  payByCard,
  position,
  readMail,
  shop,
  tabTo,
} from './shop.ts'
import { soon } from './soon.ts'

test('a stranger buys, is let in, gets the mail, watches, and goes on in another browser at the same second', async ({
  browser,
  page,
}) => {
  await page.goto(shop.url)
  await page
    .getByRole('link', { name: /in die Werkstatt/ })
    .first()
    .click()
  await page.waitForURL('**/bestellen')
  const email = newAddress()
  await order(page, email)
  await payByCard(page)
  await page.waitForURL('**/kauf/danke**')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Dein Zugang ist offen')
  await expect(page.getByText(/zugestellt an a•••@example\.test/)).toBeVisible()
  await page.getByRole('button', { name: 'Jetzt loslegen' }).click()
  await page.waitForURL('**/werkstatt')

  await page.goto(`${shop.url}${FIRST_LESSON}`)
  await page.getByRole('button', { name: 'Abspielen' }).click()
  await soon(() => position(page)).toBeGreaterThan(4)
  await page.evaluate(() => document.querySelector('video')?.pause())
  const stoppedAt = await position(page)
  await soon(() => storedPosition(page, 'was-dich-heute-kostet')).toBeCloseTo(stoppedAt, 1)
  await page.context().close()

  const other = await (await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin' })).newPage()
  await logInByMail(other, email)
  await expect(other.getByRole('main')).toContainText(clock(stoppedAt))
  await other
    .getByRole('link', { name: /Weiter/ })
    .first()
    .click()
  await other.waitForURL(`**${FIRST_LESSON}**`)
  await noteBeginning(other)
  await other
    .getByRole('button', { name: /Weiter|Abspielen/ })
    .first()
    .click()
  await running(other)
  expect(Math.abs((await begun(other)) - stoppedAt)).toBeLessThan(1)
})

test('the same way with the keyboard alone', async ({ page }) => {
  const email = newAddress('tastatur')
  await page.goto(shop.url)
  await tabTo(page, page.getByRole('link', { name: /Zum Inhalt/ }))
  await tabTo(
    page,
    page
      .getByRole('main')
      .getByRole('link', { name: /in die Werkstatt/ })
      .first(),
  )
  await page.keyboard.press('Enter')
  await page.waitForURL('**/bestellen')
  await tabTo(page, page.getByLabel('Deine E-Mail-Adresse'))
  await page.keyboard.type(email)
  await tabTo(page, page.getByRole('checkbox').first())
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('checkbox').nth(1))
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('button', { name: 'zahlungspflichtig bestellen' }))
  await page.keyboard.press('Enter')
  await page.waitForURL(`${shop.stripe}/**`)
  for (const [label, value] of [
    ['Kartennummer', '4242424242424242'],
    ['Gültig bis (MM/JJ)', '12/34'],
    ['Prüfziffer (CVC)', '123'],
  ] as const) {
    await tabTo(page, page.getByLabel(label))
    await page.keyboard.type(value)
  }
  await page.keyboard.press('Enter')
  await page.waitForURL('**/kauf/danke**')
  await tabTo(page, page.getByRole('button', { name: 'Jetzt loslegen' }))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/werkstatt')
  await tabTo(page, page.getByRole('main').getByRole('link').first())
  await page.keyboard.press('Enter')
  await page.waitForURL('**/lektionen/**')
  await tabTo(page, page.getByRole('button', { name: 'Abspielen' }))
  await page.keyboard.press('Enter')
  await soon(() => position(page)).toBeGreaterThan(1)
})

test('a declined card can be tried again and buys once', async ({ page }) => {
  const email = newAddress('zweiter-versuch')
  await order(page, email)
  await payByCard(page, '4000 0000 0000 0002')
  await expect(page.getByText(/abgelehnt/i).first()).toBeVisible()
  await payByCard(page)
  await page.waitForURL('**/kauf/danke**')
  await readMail(email)
  const mails = (await (await fetch(`${shop.inbox}/inbox.json?to=${encodeURIComponent(email)}`)).json()) as unknown[]
  expect(mails).toHaveLength(1)
})

test('without the two ticks the order works, and the letter says that the right of withdrawal stays', async ({
  page,
}) => {
  const email = newAddress('ohne-haken')
  await order(page, email, false)
  await payByCard(page)
  await page.waitForURL('**/kauf/danke**')
  expect((await readMail(email)).text).toMatch(/14 Tage|vierzehn Tage/)
})

test('a double click on the order button opens one session', async ({ page }) => {
  const email = newAddress('doppelt')
  await page.goto(`${shop.url}/bestellen`)
  await page.getByLabel('Deine E-Mail-Adresse').fill(email)
  await page.getByRole('button', { name: 'zahlungspflichtig bestellen' }).dblclick()
  await page.waitForURL(`${shop.stripe}/**`)
  const { sessions } = (await (await fetch(`${shop.stripe}/_state`)).json()) as {
    sessions: { customer_email: string }[]
  }
  expect(sessions.filter((session) => session.customer_email === email)).toHaveLength(1)
})

test('login by code works in the browser that asked, and the link of the same mail then does not', async ({
  browser,
  page,
}) => {
  const { email } = await learnerIn(page)
  await readMail(email)
  const other = await (await browser.newContext({ locale: 'de-DE' })).newPage()
  await other.goto(`${shop.url}/anmelden`)
  await other.getByLabel(/E-Mail/).fill(email)
  await other.getByRole('main').getByRole('button').first().click()
  await other.waitForURL('**/anmelden/code')
  const { code = '', link } = loginOf(await readMail(email, 2))
  expect(code).toMatch(/^\d{6}$/)
  // A phone that shows the mail has thrown the tab away: it comes back as an address and what the tab kept.
  await other.reload()
  await expect(other.getByText(`an ${email.charAt(0)}•••@example.test unterwegs.`)).toBeVisible()
  await expect(other.getByRole('button', { name: 'Noch einmal schicken' })).toBeVisible()
  await other.getByLabel(/Code/).focus()
  await other.keyboard.insertText(`Dein Code: ${code.slice(0, 3)}–\u200b${code.slice(3)}.`)
  await expect(other.getByLabel(/Code/)).toHaveValue(code)
  await other
    .getByRole('button', { name: /anmelden|Code/i })
    .first()
    .click()
  await other.waitForURL('**/werkstatt**')
  const third = await (await browser.newContext({ locale: 'de-DE' })).newPage()
  await third.goto(link)
  await expect(third.getByRole('main')).toContainText(/benutzt|abgelaufen|verbraucht|nicht mehr/i)
  await third.goto(`${shop.url}/anmelden`)
  await third.getByRole('link', { name: 'Ich habe schon einen Code' }).click()
  await expect(third.getByRole('heading', { name: 'Dieser Browser hat keinen Code angefordert.' })).toBeVisible()
})

test('a mail scanner that opens the link several times does not burn it', async ({ page, request, browser }) => {
  const { email } = await learnerIn(page)
  const { link } = loginOf(await readMail(email))
  for (let visit = 0; visit < 3; visit++) expect((await request.get(link)).status()).toBe(200)
  await request.head(link)
  const scanner = await (await browser.newContext()).newPage()
  await scanner.goto(link, { waitUntil: 'networkidle' })
  expect(scanner.url()).toContain('/anmelden/link')
  const person = await (await browser.newContext({ locale: 'de-DE' })).newPage()
  await logInByMail(person, email)
  await expect(person.getByRole('heading', { level: 1 }).first()).toBeVisible()
})

test('without JavaScript the order and the login still work', async ({ browser }) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE' })).newPage()
  const email = newAddress('ohne-skript')
  await order(page, email)
  await payByCard(page)
  await page.waitForURL('**/kauf/danke**')
  const { link } = loginOf(await readMail(email))
  await page.goto(link)
  await page.getByRole('main').getByRole('button').first().click()
  await page.waitForURL('**/werkstatt**')
})
