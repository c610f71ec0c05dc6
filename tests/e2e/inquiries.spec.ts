import { type Browser, expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { operatorIn, paidIn } from './learner.ts'
import { pictures, sound } from './looks.ts'
import { loginOf, newAddress, readMail, shop } from './shop.ts'
import { soon } from './soon.ts'

/** „Anfragen“: who paid, cannot get in, and needs a person's decision. */

let admin: Page

const fresh = async (browser: Browser, options = {}) =>
  (await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin', ...options })).newPage()

test.beforeAll(async ({ browser, workshop: _ }) => {
  admin = await fresh(browser)
  await operatorIn(admin)
})
test.afterAll(() => admin.context().close())

const ticketOf = (page: Page, email: string) => page.getByRole('region', { name: `Anfrage von ${email}` })

/** Asks as the page „Bezahlt, aber kein Zugang?“ does; answers when the operator sees it. */
async function ask(email: string, reference: string): Promise<void> {
  const [a, b] = [Math.floor(Math.random() * 250), Math.floor(Math.random() * 250)]
  const answer = await fetch(`${shop.url}/api/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: shop.url, 'x-forwarded-for': `10.9.${a}.${b}` },
    body: JSON.stringify({ email, reference }),
  })
  expect(answer.ok).toBe(true)
  await expect(async () => {
    await admin.goto(`${shop.url}/admin/anfragen`)
    await expect(ticketOf(admin, email)).toBeVisible({ timeout: 500 })
  }).toPass()
}

/** The number of the order, as its buyer reads it in the letter. */
const numberOf = async (email: string) => /W-\d{4}-\d{4,}/.exec((await readMail(email)).text)?.[0] ?? ''

/** Ticks off what other files of this worker asked, so that nobody waits. */
async function tickAllOff(): Promise<void> {
  const ticket = admin.getByRole('region', { name: /^Anfrage von / }).first()
  for (;;) {
    await admin.goto(`${shop.url}/admin/anfragen`)
    if (!(await ticket.isVisible())) return
    await ticket.locator('summary', { hasText: 'Erledigt' }).click()
    await ticket.getByLabel('Notiz').fill('gehört zu einem anderen Test')
    await ticket.getByRole('button', { name: 'Ja, abhaken' }).click()
    await admin.waitForURL('**meldung=**')
  }
}

test('nobody waits: the page says who would stand here, and only the operator may look', async ({ browser }) => {
  await tickAllOff()
  await admin.goto(`${shop.url}/admin`)
  await admin.getByRole('navigation').getByRole('link', { name: 'Anfragen' }).first().click()
  await admin.waitForURL('**/admin/anfragen')
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Anfragen')
  await expect(admin.getByText('Niemand wartet.', { exact: false })).toBeVisible()
  await sound(admin)
  await pictures(admin, 'anfragen-leer')
  const stranger = await fresh(browser)
  await stranger.goto(`${shop.url}/admin/anfragen`)
  await expect(stranger).toHaveURL(/\/anmelden\?next=/)
})

test('an order under a mistyped address goes to who asked, after one question', async ({ page, browser }) => {
  const typo = newAddress('vertippt')
  const right = newAddress('richtig')
  await paidIn(page, { email: typo })
  const number = await numberOf(typo)
  await ask(right, number)
  const ticket = ticketOf(admin, right)
  for (const word of ['gehört zu einer anderen Adresse', number, typo, '349,00', 'bezahlt'])
    await expect(ticket).toContainText(word)
  await ticket.getByText('Adresse übernehmen', { exact: true }).click()
  await expect(ticket).toContainText(`Die Bestellung gehört dann zu ${right}.`)
  await sound(admin, 'dark')
  await pictures(admin, 'anfragen-frage')
  await ticket.getByLabel('Grund').fill('Name und Beleg stimmen')
  await ticket.getByRole('button', { name: `Ja, ${right} übernehmen` }).click()
  await admin.waitForURL('**meldung=**')
  await expect(admin.getByRole('status').filter({ hasText: 'Ausgeführt.' })).toBeVisible()
  await expect(ticketOf(admin, right)).toHaveCount(0)

  // The first letter told the one who asked that nothing is here; the next one opens.
  await soon(async () => (await readMail(right, 2)).links.join(' ')).toContain('/anmelden/link')
  const owner = await fresh(browser)
  await owner.goto(loginOf(await readMail(right, 2)).link)
  await owner.getByRole('main').getByRole('button').first().click()
  await owner.waitForURL('**/werkstatt**')
  await admin.goto(`${shop.url}/admin/protokoll`)
  await expect(admin.getByRole('cell', { name: 'Name und Beleg stimmen', exact: true }).first()).toBeVisible()
})

test('an address that has an account is refused on the ticket, which keeps what was typed', async ({
  page,
  browser,
}) => {
  const [first, second] = [newAddress('eins'), newAddress('zwei')]
  await paidIn(page, { email: first })
  await paidIn(await fresh(browser), { email: second })
  await readMail(second)
  await ask(second, await numberOf(first))
  const ticket = ticketOf(admin, second)
  await ticket.getByText('Adresse übernehmen', { exact: true }).click()
  await ticket.getByLabel('Grund').fill('am Telefon geklärt')
  await ticket.getByRole('button', { name: /^Ja, .* übernehmen$/ }).click()
  await admin.waitForURL('**meldung=**')
  await expect(admin.locator('#meldung')).toContainText('Diese Adresse hat schon ein Konto.')
  await expect(ticket.locator('details[open]').getByLabel('Grund')).toHaveValue('am Telefon geklärt')
  await sound(admin)
  await pictures(admin, 'anfragen-abgelehnt')
})

test('a number nobody knows can only be ticked off, also without scripts and by keyboard', async ({ browser }) => {
  const email = newAddress('beleg')
  await ask(email, '1234-5678')
  await pictures(admin, 'anfragen-liste')
  const bare = await fresh(browser, { javaScriptEnabled: false, storageState: await admin.context().storageState() })
  await bare.goto(`${shop.url}/admin/anfragen`)
  const ticket = ticketOf(bare, email)
  await expect(ticket).toContainText('Zu dieser Nummer kennen wir keine Bestellung.')
  await expect(ticket.getByText('Adresse übernehmen', { exact: true })).toHaveCount(0)
  await ticket.locator('summary', { hasText: 'Erledigt' }).focus()
  await bare.keyboard.press('Enter')
  await bare.keyboard.press('Tab')
  await bare.keyboard.type('Beleg einer anderen Firma')
  await bare.keyboard.press('Tab')
  await expect(ticket.getByRole('button', { name: 'Ja, abhaken' })).toBeFocused()
  await bare.keyboard.press('Enter')
  await expect(bare.locator('#meldung')).toContainText('Abgehakt.')
  await expect(ticketOf(bare, email)).toHaveCount(0)
})
