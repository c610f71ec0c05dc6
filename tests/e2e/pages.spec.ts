import AxeBuilder from '@axe-core/playwright'
import { type BrowserContext, expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { buy, FIRST_LESSON, logInByMail, loginOf, newAddress, readMail, shop } from './shop.ts'

const publicPages = [
  '/',
  '/kurs',
  '/bestellen',
  '/anmelden',
  '/kein-zugang',
  '/kein-zugang?stand=da',
  '/kein-zugang?fehler=invalid_input',
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
const memberPages = ['/werkstatt', '/konto', FIRST_LESSON, '/lektionen/die-leere-werkbank', '/bestellen']
const adminPages = [
  '/admin',
  '/admin/bestellungen',
  '/admin/widerrufe',
  '/admin/ereignisse',
  '/admin/mails',
  '/admin/auftraege',
  '/admin/videos',
]

async function noViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
  ).toEqual([])
}

const isForeign = (url: string) => {
  const { hostname, protocol } = new URL(url)
  return protocol.startsWith('http') && !['localhost', '127.0.0.1'].includes(hostname)
}

/** Every page, in both lights and from phone to desk: no violation, no sideways scroll, no error, no stranger asked. */
async function walk(context: BrowserContext, paths: string[]): Promise<void> {
  const page = await context.newPage()
  const trouble: string[] = []
  page.on('request', (request) => isForeign(request.url()) && trouble.push(`foreign request: ${request.url()}`))
  page.on('pageerror', (error) => trouble.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (404|403|401)/.test(message.text()))
      trouble.push(`${page.url()}: ${message.text()}`)
  })
  for (const path of paths) {
    await page.goto(`${shop.url}${path}`)
    for (const [width, light] of [
      [320, 'dark'],
      [1440, 'light'],
    ] as const) {
      await page.emulateMedia({ colorScheme: light, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      await expect(page.locator('h1').first()).toBeVisible()
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth),
        `${path} at ${width} px`,
      ).toBeLessThanOrEqual(width)
      expect(await page.locator('html').getAttribute('lang')).toBe('de')
      await noViolations(page)
    }
  }
  expect(trouble).toEqual([])
  await page.close()
}

test('public pages', async ({ browser }) => {
  // Thirty-four looks; on a machine that builds beside it each takes seconds.
  test.setTimeout(300_000)
  await walk(await browser.newContext({ locale: 'de-DE' }), publicPages)
})

test('every public page has the contact, the legal links and „Vertrag widerrufen“', async ({ page }) => {
  for (const path of publicPages) {
    await page.goto(`${shop.url}${path}`)
    const footer = page.getByRole('contentinfo')
    for (const name of ['Impressum', 'Datenschutz', 'AGB', 'Barrierefreiheit', 'Vertrag widerrufen'])
      await expect(footer.getByRole('link', { name, exact: true }), `${path} links ${name}`).toBeVisible()
  }
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
  await buy(page)
  await noViolations(page)
  await page.getByRole('button', { name: 'Jetzt loslegen' }).click()
  await page.waitForURL('**/werkstatt')
  await walk(context, memberPages)
})

test('the open player has no violation and shows captions', async ({ page }) => {
  await page.goto(`${shop.url}${FIRST_LESSON}`)
  await page.getByRole('button', { name: 'Abspielen' }).click()
  await expect
    .poll(() => page.evaluate(() => document.querySelector('video')?.readyState ?? 0), { timeout: 20_000 })
    .toBeGreaterThan(2)
  await expect(page.locator('video track[kind="captions"][srclang="de"]')).toHaveCount(1)
  const { violations, incomplete } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(incomplete.map(({ id }) => id)).not.toContain('video-caption')
  expect(violations.map(({ id }) => id)).toEqual([])
})

test('pages of the operator', async ({ browser }) => {
  test.setTimeout(180_000)
  const context = await browser.newContext({ locale: 'de-DE' })
  const page = await context.newPage()
  const buyer = await (await browser.newContext({ locale: 'de-DE' })).newPage()
  await buy(buyer, newAddress('kundin'))
  const before = (await (await fetch(`${shop.inbox}/inbox.json?to=betreiber@werkstatt.test`)).json()) as unknown[]
  await page.goto(`${shop.url}/anmelden`)
  await page.getByLabel(/E-Mail/).fill('betreiber@werkstatt.test')
  await page.getByRole('main').getByRole('button').first().click()
  const mail = await readMail('betreiber@werkstatt.test', before.length + 1)
  await page.goto(loginOf(mail).link)
  await page.getByRole('main').getByRole('button').first().click()
  await page.waitForURL((url) => !url.pathname.startsWith('/anmelden'))
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
  const email = await buy(page)
  await logInByMail(page, email)
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
