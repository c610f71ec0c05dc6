import { readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import ICAL from 'ical.js'
import { test } from './fixture.ts'
import { deviceOf, learnerIn } from './learner.ts'
import { noViolations } from './looks.ts'
import { shop } from './shop.ts'

/** „Mein Wochenplan“ from the first wish to the calendar on the phone. */

const eventsOf = (calendar: string) =>
  new ICAL.Component(ICAL.parse(calendar)).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one))

async function fitsPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 700 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await noViolations(page)
  await page.setViewportSize({ width: 1280, height: 800 })
}

test('a plan is made, subscribed to, changed, paused and deleted', async ({ page: buyer, browser, request }) => {
  // Only a proven session gets a calendar address.
  const page = await deviceOf(await learnerIn(buyer), browser, { reducedMotion: 'reduce' })
  await page.getByRole('link', { name: 'Wochenplan machen' }).click()
  await page.waitForURL('**/plan')
  await expect(page.getByRole('main')).toContainText('75 Lektionen')
  await fitsPhone(page)

  // Nothing ticked: a sentence beside the days, and no plan.
  for (const day of await page.getByRole('checkbox').all()) await day.uncheck()
  await page.getByRole('button', { name: 'Plan machen' }).click()
  await expect(page.getByText('Wähl mindestens einen Wochentag.')).toBeVisible()
  await noViolations(page)
  for (const day of await page.getByRole('checkbox').all()) await day.check()
  await page.getByLabel('Wie viele Minuten am Tag?').selectOption('15')
  await page.getByLabel('Um wie viel Uhr?').fill('06:45')
  await page.getByRole('button', { name: 'Plan machen' }).click()
  await page.waitForURL('**/plan?stand=gespeichert')
  const main = page.getByRole('main')
  await expect(main).toContainText('jeden Tag · 15 Min. · 06:45 Uhr')
  await expect(page.getByRole('heading', { name: /^Heute: Lektionen? 1/ })).toBeVisible()
  await expect(main).toContainText(/Fertig am \S+, \d+\. \S+.* wenn du so weitergehst\./)

  await page.getByRole('button', { name: 'Kalenderadresse machen' }).click()
  await page.waitForURL('**/plan?stand=adresse')
  const feed = await page.getByLabel(/Oder von Hand abonnieren/).inputValue()
  expect(await page.getByRole('link', { name: 'In meinen Kalender' }).getAttribute('href')).toBe(
    feed.replace('http:', 'webcal:'),
  )
  const events = eventsOf(await (await request.get(feed)).text())
  expect(events).toHaveLength(75)
  expect([events[0]!.summary, events[0]!.startDate.hour, events[0]!.startDate.minute]).toEqual([
    'Lektion 1: Was dich heute kostet',
    6,
    45,
  ])
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /Einmal als Datei/ }).click(),
  ])
  expect(eventsOf(readFileSync(await download.path(), 'utf8'))).toHaveLength(75)
  await fitsPhone(page)

  await page.getByText('Pause machen').first().click()
  const later = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10)
  await page.getByLabel('Wann geht es weiter?').fill(later)
  await page.getByRole('button', { name: 'Pause machen' }).click()
  await page.waitForURL('**/plan?stand=pause')
  await expect(page.getByRole('heading', { name: /^Pause bis/ })).toBeVisible()
  await page.emulateMedia({ colorScheme: 'dark' })
  await noViolations(page)
  await page.getByRole('button', { name: 'Heute weitermachen' }).click()
  await page.waitForURL('**/plan?stand=weiter')
  await page.goto(`${shop.url}/werkstatt`)
  await expect(page.getByRole('region', { name: 'Mein Wochenplan' })).toContainText('Heute: Lektion')

  await page.goto(`${shop.url}/plan`)
  await page.getByText('Plan löschen').first().click()
  await page.getByRole('button', { name: 'Ja, Plan löschen' }).click()
  await page.waitForURL('**/plan?stand=geloescht')
  await expect(page.getByRole('button', { name: 'Plan machen' })).toBeVisible()
  expect((await request.get(feed)).status()).toBe(404)
})
