import { expect } from '@playwright/test'
import { listening } from './film.ts'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import { noViolations, pictures } from './looks.ts'
import { shop } from './shop.ts'
import { soon } from './soon.ts'

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

test('what is being kept while somebody logs out is not kept', async ({ page, context }) => {
  await learnerIn(page)
  await page.goto(`${shop.url}/konto`)
  await page.getByRole('button', { name: 'Für unterwegs mitnehmen' }).click()
  await expect(page.getByText(/Auf diesem Gerät: Stand/)).toBeVisible()
  // The shell comes only after the logout: the worker is in the middle of keeping then.
  let asked = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  let letIn = () => {}
  const gate = new Promise<void>((resolve) => {
    letIn = resolve
  })
  await context.route('**/unterwegs', async (route) => {
    asked()
    await gate
    await route.continue().catch(() => {})
  })
  const come = context.waitForEvent('response', (answer) => answer.url().endsWith('/unterwegs'))
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.postMessage({ kind: 'keep' }))
  await isAsked
  await page.getByRole('button', { name: 'Hier abmelden' }).click()
  await page.waitForURL('**/anmelden**')
  letIn()
  await come
  // Nothing says that something was not kept. A worker that kept it would take this long at most.
  await page.waitForTimeout(2_500)
  const kept = await page.evaluate(() => caches.keys())
  expect(kept.filter((name) => name.startsWith('werkstatt-') && name !== 'werkstatt-files')).toEqual([])
})

test('a session that was ended elsewhere takes its kept answers along', async ({ page }) => {
  await learnerIn(page)
  await page.goto(`${shop.url}/konto`)
  await page.getByRole('button', { name: 'Für unterwegs mitnehmen' }).click()
  await expect(page.getByText(/Auf diesem Gerät: Stand/)).toBeVisible()
  expect(await page.evaluate(() => caches.has('werkstatt-answers'))).toBe(true)
  await page.request.post(`${shop.url}/api/auth/logout`, { headers: { origin: shop.url }, data: {} })
  await page.evaluate(() => fetch('/api/notes'))
  await soon(() => page.evaluate(() => caches.has('werkstatt-answers'))).toBe(false)
})

test('a kept answer is shown without a network and takes nothing away on a page; what waits is marked', async ({
  page,
  context,
}) => {
  await learnerIn(page)
  await page.goto(`${shop.url}/konto`)
  await page.getByRole('button', { name: 'Für unterwegs mitnehmen' }).click()
  await expect(page.getByText(/Auf diesem Gerät: Stand/)).toBeVisible()
  await page.goto(`${shop.url}/lektionen/der-eingangskorb`)
  await listening(page)
  await page.getByRole('textbox', { name: 'Neue Notiz' }).fill('Nach dem Mitnehmen geschrieben.')
  await page.getByRole('button', { name: 'Fertig' }).click()
  await soon(async () => (await (await page.request.get(`${shop.url}/api/notes`)).json()).notes.length).toBe(1)

  await page.goto(`${shop.url}/heft`)
  const note = page.getByText('Nach dem Mitnehmen geschrieben.')
  await expect(note).toBeVisible()
  await context.setOffline(true)
  // A net that says it is back and is not: the page asks for its notes.
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await page.evaluate(() => fetch('/api/notes').catch(() => null))
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)))
  await expect(note).toBeVisible()

  await page.getByRole('button', { name: /^Bearbeiten/ }).click()
  await page.getByRole('textbox', { name: 'Notiz bearbeiten' }).fill('Im Zug geändert.')
  await page.getByRole('button', { name: 'Fertig' }).click()
  await expect(page.getByText(/auf diesem Gerät/).first()).toBeVisible()
  await page.goto(`${shop.url}/heft`)
  await expect(page.getByText('Du bist ohne Netz.')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Im Zug geändert.' })).toContainText(
    'nur auf diesem Gerät, wird später übertragen',
  )
  await pictures(page, 'heft-ohneNetz')
  await noViolations(page)
  await context.setOffline(false)
  await soon(async () => (await (await page.request.get(`${shop.url}/api/notes`)).json()).notes[0]?.body).toBe(
    'Im Zug geändert.',
  )
})
