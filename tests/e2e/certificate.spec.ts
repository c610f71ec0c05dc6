import { readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import { extractText, getDocumentProxy } from 'unpdf'
import { test } from './fixture.ts'
import { deviceOf, learnerIn } from './learner.ts'
import { pictures, readableInTheDark, sound } from './looks.ts'
import { shop } from './shop.ts'

/** The Teilnahmebestätigung, from the last tick to the stranger who looks the number up. */

const course = JSON.parse(readFileSync('content/course.json', 'utf8')) as { modules: { lessons: string[] }[] }
const lessons = course.modules.flatMap((module) => module.lessons)

/** Ticks lessons off as the queue of a device does, many in one report. */
async function tick(page: Page, ids: string[]): Promise<void> {
  const at = new Date().toISOString()
  const about = { ranges: [], position: 0, at, sentAt: at, clientId: 'e2e', done: true }
  for (let from = 0; from < ids.length; from += 25) {
    const data = ids.slice(from, from + 25).map((lessonId) => ({ lessonId, ...about }))
    const answer = await page.request.post(`${shop.url}/api/progress`, { headers: { origin: shop.url }, data })
    expect(answer.ok(), await answer.text()).toBe(true)
  }
}

const printed = async (file: string) => {
  const pdf = await getDocumentProxy(new Uint8Array(readFileSync(file)))
  return (await extractText(pdf, { mergePages: true })).text.replace(/\s+/g, ' ')
}

test('with the last lesson a name is printed, corrected, and found by whoever has the number', async ({
  page: buyer,
  browser,
}) => {
  const page = await deviceOf(await learnerIn(buyer), browser, { reducedMotion: 'reduce' })
  await page.goto(`${shop.url}/teilnahme`)
  await expect(page.getByRole('heading', { name: 'Es fehlen noch 75' })).toBeVisible()
  await sound(page)
  await pictures(page, 'teilnahme-anfang')
  await tick(page, lessons.slice(0, -1))
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Es fehlt noch eine' })).toBeVisible()
  await pictures(page, 'teilnahme-fast')

  // The last tick is a person's own, on the page of the lesson.
  await page.goto(`${shop.url}/lektionen/${lessons.at(-1)}`)
  const saved = page.waitForResponse((answer) => answer.url().endsWith('/api/progress') && answer.ok())
  await page.getByRole('button', { name: 'Erledigt', exact: true }).click()
  await expect(page.getByText('Erledigt: von dir abgehakt')).toBeVisible()
  await saved
  await page.goto(`${shop.url}/werkstatt`)
  await pictures(page, 'werkstatt-fertig')
  await page.getByRole('link', { name: /Teilnahmebestätigung/ }).click()
  await page.waitForURL('**/teilnahme')
  await sound(page)
  await pictures(page, 'teilnahme-name')

  const name = page.getByLabel('Name auf der Bestätigung')
  await name.fill('<b>Anna</b>')
  await page.getByRole('button', { name: 'Ausstellen' }).click()
  await expect(page.getByText(/Bitte ein Name aus 1 bis 80 Zeichen/)).toBeVisible()
  await sound(page)
  await name.fill('Anna Amsl')
  await name.press('Enter')
  await page.waitForURL('**/teilnahme?stand=gesichert')
  await sound(page)
  await readableInTheDark(page)
  await pictures(page, 'teilnahme-da')
  await name.fill('Anna Ämsel-Şahin')
  await page.getByRole('button', { name: 'Name ändern' }).click()
  await expect(page.getByRole('main')).toContainText('Anna Ämsel-Şahin')

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'PDF herunterladen' }).click(),
  ])
  const address = await page.getByRole('link', { name: 'Öffentliche Seite' }).getAttribute('href')
  const number = address!.split('/').at(-1)!
  const paper = await printed(await download.path())
  expect(paper).toContain('Anna Ämsel-Şahin')
  expect(paper).toContain(number)

  const stranger = await (await browser.newContext({ locale: 'de-DE' })).newPage()
  await stranger.goto(`${shop.url}${address}`)
  await expect(stranger.getByRole('main')).toContainText('Anna Ämsel-Şahin')
  await expect(stranger.getByRole('main')).not.toContainText('@')
  await sound(stranger)
  await pictures(stranger, 'bestaetigung')
  await stranger.goto(`${shop.url}/bestaetigung/${number.replace(/.$/, (last) => (last === '3' ? '4' : '3'))}`)
  await expect(stranger.getByRole('main')).not.toContainText('Anna')
  await pictures(stranger, 'bestaetigung-unbekannt')
})
