import { type BrowserContext, expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { learnerIn, operatorIn, paidIn } from './learner.ts'
import { fits, noViolations, readableInTheDark } from './looks.ts'
import { FIRST_LESSON, newAddress, readMail, shop } from './shop.ts'
import { soon } from './soon.ts'

const publicPages = [
  '/',
  '/kurs',
  '/bestellen',
  '/anmelden',
  '/kein-zugang',
  '/anmelden/link?token=falsch',
  '/impressum',
  '/datenschutz',
  '/agb',
  '/widerruf',
  '/barrierefreiheit',
  FIRST_LESSON,
  '/lektionen/das-stille-telefon',
  '/lektionen/die-leere-werkbank',
  '/gibt-es-nicht',
]
const memberPages = [
  '/werkstatt',
  '/woche',
  '/plan',
  '/heft',
  '/teilnahme',
  '/unterwegs',
  '/konto',
  FIRST_LESSON,
  '/lektionen/die-leere-werkbank',
  '/bestellen',
]
const adminPages = [
  '/admin',
  '/admin/personen',
  '/admin/bestellungen',
  '/admin/widerrufe',
  '/admin/ereignisse',
  '/admin/mails',
  '/admin/anfragen',
  '/admin/freigaben',
  '/admin/auftraege',
  '/admin/videos',
  '/admin/protokoll',
  '/admin/suche',
]
/** Pages that axe also reads in dark colours: all pages share the same colour tokens, and these use most of them. */
const alsoInTheDark = new Set(['/', '/bestellen', FIRST_LESSON, '/werkstatt', '/admin', '/admin/bestellungen'])

const isForeign = (url: string) => {
  const { hostname, protocol } = new URL(url)
  return protocol.startsWith('http') && !['localhost', '127.0.0.1'].includes(hostname)
}

/**
 * Every page at phone and desk width: no violation, no sideways scroll, no error, no request to a third party. Each is
 * loaded once, and `see` checks there what else is to be checked.
 */
async function walk(context: BrowserContext, paths: string[], see: (page: Page) => Promise<void> = async () => {}) {
  const page = await context.newPage()
  const trouble: string[] = []
  page.on('request', (request) => isForeign(request.url()) && trouble.push(`foreign request: ${request.url()}`))
  page.on('pageerror', (error) => trouble.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (404|403|401)/.test(message.text()))
      trouble.push(`${page.url()}: ${message.text()}`)
  })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  for (const path of paths) {
    await page.goto(`${shop.url}${path}`)
    await expect(page.locator('h1').first()).toBeVisible()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await fits(page, 1440)
    await noViolations(page)
    await fits(page, 320)
    await see(page)
    if (alsoInTheDark.has(path)) await readableInTheDark(page)
  }
  expect(trouble).toEqual([])
  await page.close()
}

test('public pages, each with the contact, the legal links and „Vertrag widerrufen“', async ({ browser }) => {
  // Twenty looks; on a machine that builds beside it each takes seconds.
  test.setTimeout(180_000)
  await walk(await browser.newContext({ locale: 'de-DE' }), publicPages, async (page) => {
    const footer = page.getByRole('contentinfo')
    for (const name of ['Impressum', 'Datenschutz', 'AGB', 'Barrierefreiheit', 'Vertrag widerrufen'])
      await expect(footer.getByRole('link', { name, exact: true }), `${page.url()} links ${name}`).toBeVisible()
  })
})

test('the order page puts the summary directly above its one button, and ticks nothing in advance', async ({
  page,
}) => {
  await page.goto(`${shop.url}/bestellen`)
  const button = page.getByRole('button', { name: 'zahlungspflichtig bestellen', exact: true })
  await expect(button).toHaveCount(1)
  for (const box of await page.getByRole('checkbox').all()) await expect(box).not.toBeChecked()
  const between = await button.evaluate((element) => {
    const before = element.previousElementSibling ?? element.parentElement?.previousElementSibling
    return before?.textContent ?? ''
  })
  expect(between).toContain('Gesamtpreis')
  const boxes = await page.getByRole('checkbox').all()
  for (const box of boxes)
    expect(
      ((await box.boundingBox())?.y ?? 0) < ((await page.getByText('Gesamtpreis').first().boundingBox())?.y ?? 0),
    ).toBe(true)
})

test('pages of a learner', async ({ browser }) => {
  test.setTimeout(180_000)
  const context = await browser.newContext({ locale: 'de-DE' })
  const page = await context.newPage()
  const { sessionId } = await paidIn(page)
  await page.goto(`${shop.url}/kauf/danke?session_id=${sessionId}`)
  const enter = page.getByRole('button', { name: 'Jetzt loslegen' })
  await expect(enter).toBeVisible()
  await noViolations(page)
  await enter.click()
  await page.waitForURL('**/werkstatt')
  await walk(context, memberPages)
})

test('the open player has no violation and shows captions', async ({ page }) => {
  await page.goto(`${shop.url}${FIRST_LESSON}`)
  await page.getByRole('button', { name: 'Abspielen' }).click()
  await soon(() => page.evaluate(() => document.querySelector('video')?.readyState ?? 0)).toBeGreaterThan(2)
  await expect(page.locator('video track[kind="captions"][srclang="de"]')).toHaveCount(1)
  expect(await noViolations(page)).toContain('video-caption')
})

test('pages of the operator', async ({ browser }) => {
  test.setTimeout(180_000)
  const context = await browser.newContext({ locale: 'de-DE' })
  const page = await context.newPage()
  const { email } = await paidIn(page, { email: newAddress('kundin') })
  await readMail(email)
  await operatorIn(page)
  await walk(context, adminPages)
  await page.goto(`${shop.url}/admin/bestellungen`)
  await page
    .getByRole('main')
    .getByRole('link', { name: /W-\d{4}-\d{4}/ })
    .first()
    .click()
  await expect(page.getByRole('main')).toContainText(/cs_test_/)
  await noViolations(page)
})

test('a learner finds no way into the admin area', async ({ page }) => {
  await learnerIn(page, { proven: true })
  const answer = await page.goto(`${shop.url}/admin/bestellungen`)
  expect([403, 404]).toContain(answer?.status() ?? 0)
})

test('a page in another origin cannot order, and a stranger cannot be redirected away', async ({ page, request }) => {
  const foreign = await request.post(`${shop.url}/api/stripe/create-checkout`, {
    headers: { origin: 'https://boese.example', 'sec-fetch-site': 'cross-site' },
    data: {},
  })
  expect(foreign.status()).toBe(403)
  await page.goto(`${shop.url}/anmelden?next=https://boese.example/`)
  for (const input of await page.locator('input[name="next"]').all())
    expect(await input.inputValue()).not.toContain('boese.example')
  for (const link of await page.locator('a').all())
    expect(await link.getAttribute('href')).not.toContain('boese.example')
})
