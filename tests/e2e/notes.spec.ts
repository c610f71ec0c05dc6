import { readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import { listening } from './film.ts'
import { test } from './fixture.ts'
import { deviceOf, learnerIn } from './learner.ts'
import { noViolations, pictures } from './looks.ts'
import { shop } from './shop.ts'
import { soon } from './soon.ts'

const LESSON = '/lektionen/der-eingangskorb'
const field = (page: Page) => page.getByRole('textbox', { name: /Notiz/ }).first()

test('a note and a tick are there on the next device, in the book and in its file', async ({ page, browser }) => {
  const learner = await learnerIn(page)
  await page.goto(`${shop.url}${LESSON}`)
  await listening(page)
  await field(page).fill('Der Korb fragt **nicht**, ob etwas wichtig ist.')
  await field(page).blur()
  await page.getByRole('checkbox').first().check()
  await expect(page.getByText('1 von', { exact: false })).toBeVisible()
  await soon(async () => (await (await page.request.get(`${shop.url}/api/notes`)).json()).notes.length).toBe(1)
  await noViolations(page)

  const phone = await deviceOf(learner, browser, { viewport: { width: 320, height: 700 } })
  await phone.goto(`${shop.url}/heft`)
  await expect(phone.getByText('Eine Notiz, 1 von', { exact: false })).toBeVisible()
  await expect(phone.getByText('Der Korb fragt nicht, ob etwas wichtig ist.')).toBeVisible()
  expect(await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  await noViolations(phone)
  const file = await phone.request.get(`${shop.url}/api/notes/export.md`)
  expect(file.headers()['content-disposition']).toContain('werkstatt-heft.md')
  expect(await file.text()).toMatch(/### Lektion 7: Der Eingangskorb[\s\S]*Der Korb fragt \*\*nicht\*\*[\s\S]*- \[x\] /)

  const pdf = phone.getByRole('link', { name: 'Als PDF' })
  const [paper] = await Promise.all([phone.waitForEvent('download'), pdf.click()])
  expect(paper.suggestedFilename()).toBe('werkstatt-heft.pdf')
  expect(
    readFileSync(await paper.path())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
  expect(phone.url()).toBe(`${shop.url}/heft`)

  // Too many of them: a page that says when to come back, and leads back.
  const address = new URL((await pdf.getAttribute('href')) ?? '', shop.url).href
  await soon(async () => (await phone.request.get(address)).status()).toBe(429)
  await pdf.click()
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Einen Augenblick noch.')
  await expect(phone.getByText(/zu viele Versuche/)).toBeVisible()
  await noViolations(phone)
  await pictures(phone, 'abgewiesen')
  await phone.setViewportSize({ width: 320, height: 700 })
  await phone.getByRole('link', { name: 'Zurück' }).click()
  await expect(phone).toHaveURL(`${shop.url}/heft`)

  await phone.getByLabel('Worin steht').fill('steht nirgends')
  await phone.getByRole('button', { name: 'Filtern' }).click()
  await expect(phone.getByText('Dazu steht nichts im Heft.')).toBeVisible()
  await phone.context().close()
})

test('what was written without a network is sent when it is back', async ({ page, context }) => {
  await learnerIn(page)
  await page.goto(`${shop.url}/heft`)
  await expect(page.getByText('Noch ist das Heft leer.', { exact: false })).toBeVisible()
  await page.goto(`${shop.url}${LESSON}`)
  await listening(page)
  await context.setOffline(true)
  await field(page).fill('Im Tunnel gedacht.')
  await field(page).blur()
  await expect(page.getByText(/auf diesem Gerät/).first()).toBeVisible()
  await context.setOffline(false)
  await soon(async () => (await (await page.request.get(`${shop.url}/api/notes`)).json()).notes[0]?.body).toBe(
    'Im Tunnel gedacht.',
  )
})

test('back from the next lesson everything stands as it was left, though the page shown is an older one', async ({
  page,
}) => {
  await learnerIn(page)
  await page.goto(`${shop.url}${LESSON}`)
  await listening(page)
  await field(page).fill('Vor dem Weiterklicken geschrieben.')
  await page.getByRole('button', { name: 'Fertig' }).click()
  await page.getByRole('checkbox').first().check()
  await page.getByRole('button', { name: 'Erledigt' }).click()
  await expect(page.getByText('wird gesichert …')).toHaveCount(0)
  await page
    .getByRole('link', { name: /Lektion 8/ })
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Der Eingangskorb')
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Der Eingangskorb')
  await expect(page.getByText('Vor dem Weiterklicken geschrieben.')).toBeVisible()
  await expect(page.getByRole('checkbox').first()).toBeChecked()
  await expect(page.getByRole('button', { name: 'Erledigt' })).toHaveAttribute('aria-pressed', 'true')
})
