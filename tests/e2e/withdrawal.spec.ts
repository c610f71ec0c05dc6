import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { learnerIn, operatorIn } from './learner.ts'
import { pictures, sound } from './looks.ts'
import { type Mail, newAddress, readMail, shop } from './shop.ts'

/** „Vertrag widerrufen“ (§ 356a BGB), walked as the law describes it: also without script, also by keyboard alone. */

const guest = (browser: Browser, options = {}): Promise<BrowserContext> =>
  browser.newContext({ locale: 'de-DE', ...options })

const inbox = async (to: string): Promise<Mail[]> =>
  (await (await fetch(`${shop.inbox}/inbox.json?to=${encodeURIComponent(to)}`)).json()) as Mail[]

async function fill(page: Page, words: { name: string; contract: string; email: string }): Promise<void> {
  await page.getByLabel('Dein Name').fill(words.name)
  await page.getByLabel('Welcher Vertrag?').fill(words.contract)
  await page.getByLabel('E-Mail-Adresse für die Eingangsbestätigung').fill(words.email)
  await page.getByRole('button', { name: 'Weiter zur Bestätigung' }).click()
  await page.waitForURL('**/widerruf/bestaetigen')
}

for (const javaScriptEnabled of [true, false])
  test(`a guest withdraws ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ browser }) => {
    const context = await guest(browser, { javaScriptEnabled })
    const page = await context.newPage()
    const email = newAddress('widerruf')
    await page.goto(`${shop.url}/`)
    await page.getByRole('contentinfo').getByRole('link', { name: 'Vertrag widerrufen', exact: true }).click()
    await page.waitForURL('**/widerruf')
    // Exactly three things are asked, and nothing else is on the way.
    await expect(page.getByRole('main').getByRole('textbox')).toHaveCount(3)
    await expect(page.getByRole('main').getByRole('checkbox')).toHaveCount(0)
    await fill(page, { name: 'Mara Beispiel', contract: 'W-2026-9999', email })
    const main = page.getByRole('main')
    for (const word of ['Mara Beispiel', 'W-2026-9999', email, 'Hiermit widerrufe ich'])
      await expect(main).toContainText(word)
    await expect(main.getByRole('button')).toHaveCount(1)
    await page.getByRole('button', { name: 'Widerruf bestätigen', exact: true }).click()
    await page.waitForURL('**/widerruf/eingegangen')
    await expect(main).toContainText('Mara Beispiel')
    const time = /\d{2}:\d{2}:\d{2} Uhr/.exec((await main.textContent()) ?? '')?.[0] ?? 'no time'
    const mail = await readMail(email)
    expect(mail.text).toContain('Mara Beispiel')
    expect(mail.text).toContain('W-2026-9999')
    expect(mail.text).toContain(time.slice(2, 8))
    // Nothing that was typed is in an address.
    expect(page.url()).toBe(`${shop.url}/widerruf/eingegangen`)
    // Back and once more: still one declaration.
    await page.goBack()
    if (page.url().endsWith('/bestaetigen')) {
      await page.reload()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dein Widerruf ist da.')
    }
    expect(await inbox(email)).toHaveLength(1)
    await context.close()
  })

test('every step is sound at 320 and 1440 px, in both lights, with its errors', async ({ page }) => {
  await page.goto(`${shop.url}/widerruf`)
  await sound(page)
  await page.getByRole('button', { name: 'Weiter zur Bestätigung' }).click()
  await page.waitForURL('**/widerruf?fehler=angaben')
  const name = page.getByLabel('Dein Name')
  await expect(name).toBeFocused()
  await expect(name).toHaveAttribute('aria-invalid', 'true')
  await expect(name).toHaveAccessibleDescription(/Trag deinen Namen ein/)
  await sound(page)
  await name.fill('Mara Beispiel')
  await page.getByLabel('Welcher Vertrag?').fill('der Kurs')
  await page.getByLabel('E-Mail-Adresse für die Eingangsbestätigung').fill('mara@')
  await page.getByRole('button', { name: 'Weiter zur Bestätigung' }).click()
  // What was right is kept, what was wrong says so.
  await expect(page.getByLabel('E-Mail-Adresse für die Eingangsbestätigung')).toBeFocused()
  await expect(name).toHaveValue('Mara Beispiel')
  await fill(page, { name: 'Mara Beispiel', contract: 'der Kurs', email: newAddress('schritte') })
  await sound(page)
  await page.getByRole('link', { name: 'Angaben ändern' }).click()
  await expect(page.getByLabel('Welcher Vertrag?')).toHaveValue('der Kurs')
  await page.getByRole('button', { name: 'Weiter zur Bestätigung' }).click()
  await page.waitForURL('**/bestaetigen')
  await page.getByRole('button', { name: 'Widerruf bestätigen', exact: true }).click()
  await page.waitForURL('**/eingegangen')
  await sound(page)
})

test('by keyboard alone', async ({ page }) => {
  await page.goto(`${shop.url}/widerruf`)
  await page.getByLabel('Dein Name').focus()
  for (const text of ['Mara Beispiel', 'W-2026-8888', newAddress('tasten')]) {
    await page.keyboard.type(text)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.waitForURL('**/widerruf/bestaetigen')
  for (let turn = 0; turn < 40; turn++) {
    await page.keyboard.press('Tab')
    if (
      await page.getByRole('button', { name: 'Widerruf bestätigen' }).evaluate((one) => one === document.activeElement)
    )
      break
  }
  await page.keyboard.press('Enter')
  await page.waitForURL('**/widerruf/eingegangen')
})

test('without cookies the second page takes the three words itself', async ({ browser }) => {
  const context = await guest(browser, { javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${shop.url}/widerruf/bestaetigen`)
  const email = newAddress('kekslos')
  await page.getByLabel('Dein Name').fill('Mara Beispiel')
  await page.getByLabel('Welcher Vertrag?').fill('der Kurs')
  await page.getByLabel('E-Mail-Adresse für die Eingangsbestätigung').fill(email)
  await page.getByRole('button', { name: 'Widerruf bestätigen', exact: true }).click()
  await page.waitForURL('**/widerruf/eingegangen')
  expect((await readMail(email)).text).toContain('der Kurs')
  await context.close()
})

test('a buyer finds the form filled in, withdraws, and the operator refunds with one button', async ({ browser }) => {
  const buyer = await (await guest(browser)).newPage()
  const { email } = await learnerIn(buyer, { email: newAddress('kaeuferin'), proven: true })
  await buyer.goto(`${shop.url}/widerruf`)
  await expect(buyer.getByLabel('Welcher Vertrag?')).toHaveValue(/^W-\d{4}-\d{4}$/)
  await expect(buyer.getByLabel('E-Mail-Adresse für die Eingangsbestätigung')).toHaveValue(email)
  const number = await buyer.getByLabel('Welcher Vertrag?').inputValue()
  await buyer.getByLabel('Dein Name').fill('Mara Beispiel')
  await buyer.getByRole('button', { name: 'Weiter zur Bestätigung' }).click()
  await buyer.waitForURL('**/bestaetigen')
  await buyer.getByRole('button', { name: 'Widerruf bestätigen', exact: true }).click()
  await buyer.waitForURL('**/eingegangen')

  const page = await (await guest(browser)).newPage()
  await operatorIn(page)
  await page.goto(`${shop.url}/admin/widerrufe`)
  const ticket = page.locator('.ticket', { hasText: number })
  await expect(ticket).toContainText('noch 14 Tage')
  await expect(ticket).toContainText(email)
  await sound(page, 'dark')
  await pictures(page, 'widerrufe')
  await page.setViewportSize({ width: 1440, height: 900 })
  await ticket.getByText('Ablehnen', { exact: true }).click()
  await expect(ticket.getByRole('button', { name: 'Ja, ablehnen' })).toBeVisible()
  await ticket.getByText('Erstatten und annehmen', { exact: true }).click()
  await ticket.getByRole('button', { name: /^Ja, 349,00\s€ erstatten und annehmen$/ }).click()
  await expect(page.getByRole('main')).toContainText('Angenommen.')
  await expect(page.locator('.ticket', { hasText: number })).toHaveCount(0)
  await expect(page.getByRole('row', { name: new RegExp(number) })).toContainText('angenommen')
  // Access follows at once.
  await buyer.goto(`${shop.url}/konto`)
  await expect(buyer.getByRole('main')).toContainText('erstattet')
})
