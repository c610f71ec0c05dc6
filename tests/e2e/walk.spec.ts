import { type Browser, expect, type Page } from '@playwright/test'
import { clock, lessonAt, lessons, pause, running } from './film.ts'
import { test } from './fixture.ts'
import { learnerIn, paidIn } from './learner.ts'
import { loginOf, position, readMail, shop } from './shop.ts'
import { soon } from './soon.ts'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** A browser of one's own, and whatever goes wrong in it. */
async function open(browser: Browser, options = {}): Promise<{ page: Page; trouble: string[] }> {
  const context = await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin', ...options })
  const page = await context.newPage()
  const trouble: string[] = []
  page.on('pageerror', (error) => trouble.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => message.type() === 'error' && trouble.push(`${page.url()}: ${message.text()}`))
  page.on('response', (answer) => answer.status() >= 400 && trouble.push(`${answer.status()} ${answer.url()}`))
  return { page, trouble }
}

/** From the letter to the workshop: the link, then the one button behind it. */
async function throughLetter(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByRole('button', { name: 'Jetzt anmelden' }).click()
  await page.waitForURL('**/werkstatt')
}

const spokenNow = (page: Page) =>
  page.evaluate(() => {
    const captions = [...(document.querySelector('video')?.textTracks ?? [])].find(({ kind }) => kind === 'captions')
    return captions?.mode === 'showing' ? captions.activeCues?.length : undefined
  })

const saved = (page: Page) =>
  soon(() => page.evaluate(async () => (await fetch('/api/progress')).text()), { timeout: 15_000 })

test('a new learner walks from the welcome mail to lesson three, with a break of two days in the middle', async ({
  browser,
  page,
}) => {
  const { email } = await paidIn(page)
  const welcome = loginOf(await readMail(email))

  const first = await open(browser, phone)
  await throughLetter(first.page, welcome.link)
  await first.page.getByRole('link', { name: 'Mit Lektion 1 anfangen' }).click()
  await first.page.getByRole('button', { name: 'Abspielen' }).click()
  await running(first.page)
  await watchLessonOne(first.page)
  await first.page.getByRole('region', { name: 'Ende der Lektion' }).getByRole('link', { name: 'Weiter' }).click()
  await first.page.waitForURL(`**${lessons.second}`)
  await running(first.page)
  await expect(first.page.getByRole('heading', { level: 1 })).toHaveText('Die leere Werkbank')
  await first.page.evaluate(() =>
    Object.assign(document.querySelector('video') as HTMLVideoElement, { currentTime: 83 }),
  )
  await soon(() => position(first.page)).toBeGreaterThan(84)
  await pause(first.page)
  const left = await position(first.page)
  await saved(first.page).toContain('die-leere-werkbank')
  expect(first.trouble).toEqual([])
  await first.page.context().close()

  const later = await open(browser, { viewport: { width: 1440, height: 900 } })
  await comeBack(later.page, email)
  const moment = `1:${Math.floor(left - 60)}`
  await later.page.getByRole('link', { name: `Weiter bei Lektion 2, ${moment}` }).click()
  await later.page.getByRole('button', { name: `Weiter bei ${moment}` }).click()
  await soon(() => position(later.page)).toBeGreaterThan(left - 0.5)
  expect(await position(later.page)).toBeLessThan(left + 3)
  await pause(later.page)
  await later.page.getByRole('button', { name: 'Erledigt' }).click()
  await expect(later.page.getByText('Erledigt: von dir abgehakt')).toBeVisible()
  await later.page.getByRole('link', { name: 'Weiter: Lektion 3' }).first().click()
  await later.page.waitForURL(`**${lessons.third}`)
  await lookAround(later.page)
  expect(later.trouble).toEqual([])
})

/** Captions, the spoken text, a note, a tick; then the film ends and the lesson is ticked by hand. */
async function watchLessonOne(page: Page): Promise<void> {
  await page.locator('.film-place').tap()
  await page.getByRole('button', { name: 'Untertitel', exact: true }).click()
  await page.getByRole('link', { name: 'Mitschrift' }).click()
  const { from } = lessonAt(lessons.first).spoken[4]!
  await page.getByRole('link', { name: `Zu ${clock(from)}` }).click()
  await soon(() => position(page)).toBeGreaterThan(from + 1.2)
  expect(await spokenNow(page), 'one line of captions at a time').toBe(1)
  await page.getByLabel('Neue Notiz').fill('Ich suche jeden Morgen die Brille.')
  await expect(page.getByText('gespeichert', { exact: true })).toBeVisible()
  await page.getByRole('checkbox', { name: 'Ich unterscheide laut und teuer.' }).check()
  await expect(page.getByText('1 von 4 abgehakt')).toBeVisible()
  await page.evaluate(() => {
    const film = document.querySelector('video') as HTMLVideoElement
    film.currentTime = film.duration - 0.4
  })
  await expect(page.getByRole('region', { name: 'Ende der Lektion' })).toBeVisible()
  await page.getByRole('button', { name: 'Erledigt' }).click()
  await saved(page).toMatch(/"was-dich-heute-kostet"[^}]*"done":true|"done":true[^}]*"was-dich-heute-kostet"/)
}

/** Two days later nobody is logged in: an address, a letter, a link. */
async function comeBack(page: Page, email: string): Promise<void> {
  await page.goto(`${shop.url}/werkstatt`)
  await page.getByLabel('Deine E-Mail-Adresse').fill(email)
  await page.getByRole('button', { name: 'Link schicken' }).click()
  await expect(page.getByText(/Ein Link und ein Code sind an .* unterwegs/)).toBeVisible()
  await throughLetter(page, loginOf(await readMail(email, 2)).link)
}

async function lookAround(page: Page): Promise<void> {
  const menu = page.getByRole('navigation', { name: 'Hauptmenü' })
  await menu.getByRole('link', { name: 'Suche' }).click()
  await page.getByRole('searchbox').fill('Brille')
  await expect(page.getByRole('main')).toContainText('Ich suche jeden Morgen die')
  await menu.getByRole('link', { name: 'Heft' }).click()
  await expect(page.getByRole('main')).toContainText('Eine Notiz')
  await expect(menu.locator('[aria-current="page"]')).toHaveText('Heft')
  await menu.getByRole('link', { name: 'Plan' }).click()
  await expect(page.getByRole('main')).toContainText('Vor dir liegen 73 Lektionen')
  await menu.getByRole('link', { name: 'Werkbank' }).click()
  await page.getByRole('link', { name: 'Was du diese Woche getan hast' }).click()
  await expect(page.getByRole('main')).toContainText('2 Lektionen erledigt')
}

test('whoever opens the spent link where they are logged in goes straight on', async ({ browser, page }) => {
  const { email } = await learnerIn(page, { proven: true })
  const { link } = loginOf(await readMail(email))
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Du bist angemeldet.')
  await page.getByRole('link', { name: 'Zur Werkbank' }).click()
  await expect(page).toHaveURL(/\/werkstatt$/)
  const stranger = (await open(browser)).page
  await stranger.goto(link)
  await expect(stranger.getByRole('heading', { level: 1 })).toHaveText('Der Link ist schon benutzt.')
})

test('after the login „back“ does not lead to the spent link', async ({ page, browser }) => {
  const { email } = await paidIn(page)
  const { page: fresh } = await open(browser)
  await fresh.goto(shop.url)
  await throughLetter(fresh, loginOf(await readMail(email)).link)
  await fresh.goBack()
  await expect(fresh).toHaveURL(`${shop.url}/`)
})

test('„back“ shows the page of its address, also where one had jumped to a heading', async ({ page }) => {
  await learnerIn(page)
  await page.goto(`${shop.url}${lessons.second}`)
  await page.getByRole('link', { name: 'Notizen' }).click()
  await expect(page).toHaveURL(/#notizen$/)
  await page.getByRole('navigation', { name: 'Hauptmenü' }).getByRole('link', { name: 'Heft' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mein Werkstatt-Heft')
  await page.goBack()
  await expect(page).toHaveURL(/die-leere-werkbank#notizen$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Die leere Werkbank')
  await page.goBack()
  await expect(page).toHaveURL(/die-leere-werkbank$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Die leere Werkbank')
})

test('a press on the film’s button before the page’s scripts have come starts the film', async ({ page }) => {
  await page.route('**/_next/static/**/*.js', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await route.continue()
  })
  await page.goto(`${shop.url}${lessons.first}`, { waitUntil: 'commit' })
  await page.getByRole('button', { name: 'Abspielen' }).click()
  await running(page)
})
