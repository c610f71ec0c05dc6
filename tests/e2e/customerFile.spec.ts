import { type Browser, expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { learnerIn, operatorIn, paidIn } from './learner.ts'
import { noViolations, pictures } from './looks.ts'
import { FIRST_LESSON, logInByMail, newAddress, position, readMail, shop, tabTo } from './shop.ts'
import { soon } from './soon.ts'

/** What the operator does on the Kundenakte, and what the customer sees of it. */

const SECOND_LESSON = '/lektionen/die-leere-werkbank'

let admin: Page

// Each of these is a whole story: buying, mail, login, film.
test.setTimeout(240_000)

test.beforeAll(async ({ browser, workshop: _ }) => {
  admin = await freshPage(browser)
  await operatorIn(admin)
})
test.afterAll(() => admin.context().close())

const freshPage = async (browser: Browser) =>
  (await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin' })).newPage()

async function search(text: string): Promise<void> {
  await admin.goto(`${shop.url}/admin`)
  await admin.getByRole('searchbox', { name: 'Suchen' }).fill(text)
  await admin.getByRole('searchbox', { name: 'Suchen' }).press('Enter')
}

async function openFile(email: string): Promise<void> {
  await search(email)
  await admin.waitForURL('**/admin/personen/*')
}

/** Opens the question, fills it in, does it; the page's sentence is the answer. */
async function act(label: string, fields: Record<string, string>, confirm: string): Promise<void> {
  const ask = admin.locator('details.ask', { has: admin.locator('summary', { hasText: label }) }).first()
  await ask.locator('summary').click()
  await pictures(admin, `akte-${label.replaceAll(' ', '-')}`)
  for (const [name, value] of Object.entries(fields)) await ask.getByLabel(name).fill(value)
  await ask.getByRole('button', { name: confirm }).click()
  await admin.waitForURL('**meldung=**')
}
const said = () => admin.locator('#meldung')

test('the file tells the whole way, from the checkout to the last lesson, and every id leads there', async ({
  page,
}) => {
  const { email } = await learnerIn(page, { proven: true })
  await page.goto(`${shop.url}${FIRST_LESSON}`)
  await page.getByRole('button', { name: 'Abspielen' }).click()
  await soon(() => position(page)).toBeGreaterThan(1)
  await page.evaluate(() => document.querySelector('video')?.pause())

  await openFile(email)
  const way = admin.getByRole('region', { name: 'Der ganze Weg' })
  await expect(async () => {
    await admin.reload()
    await expect(way.getByRole('heading', { name: 'Zuletzt gesehen' })).toBeVisible({ timeout: 1_000 })
  }).toPass()
  const names = await way.getByRole('heading', { level: 3 }).allTextContents()
  for (const name of ['Bestellt', 'Bezahlt', 'Ereignis checkout.session.completed', 'Zugang offen', 'Zugestellt'])
    expect(names).toContain(name)
  expect(names.indexOf('Bestellt')).toBe(0)
  expect(names.indexOf('Angemeldet')).toBeGreaterThan(names.indexOf('Zugang offen'))
  expect(names.indexOf('Erste Lektion')).toBeGreaterThan(names.indexOf('Angemeldet'))
  await expect(admin.locator('.stamp')).toHaveText('Zugang offen')

  const values = await way.locator('.copy-value').allTextContents()
  const ids = ['cs_', 'pi_', 'evt_'].map((prefix) => values.find((value) => value.startsWith(prefix)) ?? prefix)
  for (const id of ids) {
    await search(id)
    await admin.waitForURL(/\/admin\/(bestellungen|ereignisse)\//)
    await expect(admin.getByRole('main')).toContainText(id)
  }
  await openFile(email)
  await noViolations(admin)
})

test('an event is worked again by its button, and nothing happens twice', async ({ page }) => {
  await readMail((await paidIn(page)).email)
  const { email } = await paidIn(page)
  await readMail(email)
  await openFile(email)
  await act('Noch einmal bearbeiten', {}, 'Ja, noch einmal')
  await expect(said()).toContainText('wird noch einmal bearbeitet')
  const way = admin.getByRole('region', { name: 'Der ganze Weg' })
  await expect(way.getByText(/erledigt, 2 Versuche/)).toBeVisible()
  expect((await way.getByRole('heading', { name: 'Zugang offen' }).all()).length).toBe(1)
  const mails = (await (await fetch(`${shop.inbox}/inbox.json?to=${encodeURIComponent(email)}`)).json()) as unknown[]
  expect(mails).toHaveLength(1)

  await admin.goto(`${shop.url}/admin/ereignisse`)
  const ticks = admin.getByRole('checkbox', { name: /checkout.session.completed/ })
  await ticks.nth(0).check()
  await ticks.nth(1).check()
  await act('Ausgewählte noch einmal', {}, 'Ja, noch einmal bearbeiten')
  await expect(said()).toContainText('2 Ereignisse werden noch einmal bearbeitet')
})

test('a part of the money back keeps the access; all of it stops the open film within ten seconds', async ({
  page,
}) => {
  const { email } = await learnerIn(page, { proven: true })
  await page.goto(`${shop.url}${SECOND_LESSON}`)
  await page.getByRole('button', { name: 'Abspielen' }).click()
  await soon(() => position(page)).toBeGreaterThan(1)

  await openFile(email)
  await act('Erstatten', { 'Betrag in Euro': '49,00', Grund: 'Kulanz' }, 'Ja, Geld zurückgeben')
  await expect(said()).toContainText('Erstattet.')
  await expect(admin.locator('.stamp')).toHaveText('Zugang offen')
  await soon(() => page.evaluate(() => document.querySelector('video')?.paused)).toBe(false)

  await act('Erstatten', { 'Betrag in Euro': '500', Grund: 'zu viel' }, 'Ja, Geld zurückgeben')
  await expect(said()).toContainText('nur noch 300,00 € übrig')
  await expect(admin.locator('details.ask[open]').getByLabel('Grund')).toHaveValue('zu viel')
  await admin.locator('details.ask[open]').getByLabel('Betrag in Euro').fill('')
  await admin.locator('details.ask[open]').getByRole('button', { name: 'Ja, Geld zurückgeben' }).click()
  await expect(said()).toContainText('Die Bestellung steht auf: erstattet')
  await expect(admin.locator('.stamp')).toHaveText('Zugang beendet')

  await soon(() => page.evaluate(() => document.querySelector('video')?.paused ?? true), { timeout: 12_000 }).toBe(true)
  await expect(page.getByRole('main')).toContainText(/Dein Zugang (zu diesem Kurs )?ist beendet/)
  await page.reload()
  await expect(page.getByRole('main')).toContainText(/Dein Zugang (zu diesem Kurs )?ist beendet/)
  await expect(page.locator('video')).toHaveCount(0)
})

test('access by hand is given and ended, with its reason in the log', async ({ page }) => {
  const { email } = await learnerIn(page, { proven: true })
  await openFile(email)
  await act('Erstatten', { Grund: 'Widerruf' }, 'Ja, Geld zurückgeben')
  await expect(admin.locator('.stamp')).toHaveText('Zugang beendet')
  await act('Zugang geben', { Grund: 'Aus Kulanz' }, 'Ja, Zugang geben')
  await expect(admin.locator('.stamp')).toHaveText('Zugang offen')
  await page.goto(`${shop.url}${SECOND_LESSON}`)
  await expect(page.getByRole('button', { name: 'Abspielen' })).toBeVisible()

  await act('Zugang beenden', { Grund: 'Frist vorbei' }, 'Ja, Zugang beenden')
  await expect(admin.locator('.stamp')).toHaveText('Zugang beendet')
  await page.reload()
  await expect(page.getByRole('main')).toContainText(/Dein Zugang (zu diesem Kurs )?ist beendet/)

  await admin.getByRole('link', { name: 'was von Hand geschah' }).click()
  for (const reason of ['Widerruf', 'Aus Kulanz', 'Frist vorbei'])
    await expect(admin.getByRole('cell', { name: reason, exact: true })).toBeVisible()
  await noViolations(admin)
})

test('a question is asked and answered by keyboard, without a script, and sends one letter', async ({
  browser,
  page,
}) => {
  const { email } = await paidIn(page, { email: newAddress('ben') })
  await readMail(email)
  const plain = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await admin.context().storageState(),
  })
  const quiet = await plain.newPage()
  await quiet.goto(`${shop.url}/admin`)
  await tabTo(quiet, quiet.getByRole('searchbox', { name: 'Suchen' })).catch(() => quiet.getByRole('searchbox').focus())
  await quiet.keyboard.type(email)
  await quiet.keyboard.press('Enter')
  await quiet.waitForURL('**/admin/personen/*')
  const summary = quiet.locator('summary', { hasText: 'Anmeldelink senden' })
  await summary.focus()
  await quiet.keyboard.press('Enter')
  await quiet.keyboard.press('Tab')
  await expect(quiet.getByRole('button', { name: 'Ja, Link senden' })).toBeFocused()
  await quiet.keyboard.press('Enter')
  await expect(quiet.locator('#meldung')).toContainText('Der Anmeldelink ist unterwegs')
  const mail = await readMail(email, 2)
  expect(mail.text).toContain('7 Tage')
  await plain.close()
  await logInByMail(page, email, 2)
})
