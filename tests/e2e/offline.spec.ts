import { expect } from '@playwright/test'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import { noViolations } from './looks.ts'
import { shop } from './shop.ts'

test('without a network the lessons can be read, and back on it the page is the real one', async ({
  page,
  context,
}) => {
  await learnerIn(page)
  await page.goto(`${shop.url}/konto`)
  await page.getByRole('button', { name: 'Für unterwegs mitnehmen' }).click()
  await expect(page.getByText(/Auf diesem Gerät: Stand \d\d:\d\d/)).toBeVisible()

  await context.setOffline(true)
  await page.goto(`${shop.url}/lektionen/der-eingangskorb`)
  await expect(page.getByText('Du bist ohne Netz.')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'Der Eingangskorb' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Mitschrift' })).toBeVisible()
  await noViolations(page)
  await page.getByRole('link', { name: /Weiter lesen: Lektion 8/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sammeln unterwegs' })).toBeVisible()
  await page.goto(`${shop.url}/werkstatt`)
  await expect(page.getByRole('heading', { level: 1, name: 'Unterwegs' })).toBeVisible()

  // The browser says that the network is back, and the page makes room by itself.
  await context.setOffline(false)
  await expect(page.getByRole('heading', { name: 'Deine Schubladen' })).toBeVisible()

  // After a logout the device holds nothing of this person.
  await page.goto(`${shop.url}/konto`)
  await page.getByRole('button', { name: 'Hier abmelden' }).click()
  await page.waitForURL('**/anmelden**')
  // Our build's files are nobody's; the next page has begun to keep them again.
  const kept = await page.evaluate(() => caches.keys())
  expect(kept.filter((name) => name.startsWith('werkstatt-') && name !== 'werkstatt-files')).toEqual([])
})
