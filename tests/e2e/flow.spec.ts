import { expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { operatorIn } from './learner.ts'
import { noViolations } from './looks.ts'
import { shop } from './shop.ts'

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  await expect(page.locator('#meldung')).toContainText('scharf')
}

test('a student doubles the webhook, kills the worker, and watches the purchase heal', async ({ page }) => {
  await operatorIn(page)
  await page.goto(`${shop.url}/admin/pruefstand`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Prüfstand')
  await press(page, 'Webhook doppelt')
  await press(page, 'Worker töten')
  await expect(page.getByText('scharf', { exact: true })).toHaveCount(2)
  await noViolations(page)
  await page.getByRole('button', { name: 'Testkauf starten' }).click()
  await page.waitForURL(/\/admin\/pruefstand\/[0-9a-f-]{36}/)

  const rows = page.locator('.flow-row')
  await expect(rows.filter({ hasText: 'Bestellung abgeschickt' })).toHaveCount(1)
  await expect(rows.filter({ hasText: 'noch einmal' }).filter({ hasText: 'abgefangen' }).first()).toBeVisible()
  const dead = rows.filter({ hasText: 'begonnen, nicht beendet' })
  await expect(dead.first()).toContainText('Was heilt:')
  // Nothing is reloaded from here on: the page follows by itself.
  await expect(dead.first()).toContainText(/geheilt nach/, { timeout: 60_000 })
  await expect(rows.filter({ hasText: '2. Versuch' }).first()).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: 'Zugestellt' })).toBeVisible()
  await expect(page.locator('.flow-stamps')).toContainText('Mail zugestellt')
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(/Bestellung W-/)
  await noViolations(page)

  const sizes = [320, 768, 1440]
  for (const width of sizes) {
    await page.setViewportSize({ width, height: 900 })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `no sideways scroll at ${width}`).toBeLessThanOrEqual(0)
    if (process.env.FLOW_SHOTS)
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme })
        await page.screenshot({ path: `${process.env.FLOW_SHOTS}/flow-${width}-${theme}.png`, fullPage: true })
      }
  }
})

test('without JavaScript the drawing and the switches still work', async ({ browser, page }) => {
  await operatorIn(page)
  const cookies = await page.context().cookies()
  const plain = await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE' })
  await plain.addCookies(cookies)
  const still = await plain.newPage()
  await still.goto(`${shop.url}/admin/pruefstand`)
  await still.getByRole('button', { name: 'Alles wieder heil' }).click()
  await expect(still.locator('#meldung')).toContainText('Alles wieder heil')
  await still.getByRole('button', { name: 'Testkauf starten' }).click()
  await still.waitForURL(/\/admin\/pruefstand\/[0-9a-f-]{36}/)
  await expect(async () => {
    await still.getByRole('link', { name: 'Neu laden' }).click()
    await expect(still.locator('.flow-stamps')).toContainText('Mail zugestellt', { timeout: 1_000 })
  }).toPass()
})
