import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type BrowserContext, expect, type Page } from '@playwright/test'
import { fieldsOf, hears, openDeaf, pressInBetween, sends, withoutScripts } from './deaf.ts'
import { type FormRow, forms, liveFields, otherFields, type Places } from './deafForms.ts'
import { running } from './film.ts'
import { test } from './fixture.ts'
import { deviceOf, learnerIn, operatorIn, paidIn } from './learner.ts'
import { newAddress, order, payByCard, shop } from './shop.ts'
import { soon } from './soon.ts'

/** What somebody types or presses before a page's scripts are there is neither forgotten nor overwritten. */

const LESSON = '/lektionen/der-eingangskorb'

let people: Record<FormRow['who'] | 'watcher', BrowserContext>
let places: Places

test.beforeAll(async ({ browser, workshop: _ }) => {
  const open = async () => {
    // A service worker would bring the scripts from its own store.
    const context = await browser.newContext({ locale: 'de-DE', reducedMotion: 'reduce', serviceWorkers: 'block' })
    return { context, page: await context.newPage() }
  }
  const [nobody, buyer, operator, learner, watcher] = await Promise.all([open(), open(), open(), open(), open()])
  const [bought, { email }] = await Promise.all([
    paidIn(buyer.page),
    learnerIn(learner.page, { proven: true }),
    learnerIn(watcher.page),
    operatorIn(operator.page),
    // The page for typing a code is only for browsers that asked for one.
    post(nobody.page, '/api/auth/magic-link', { email: newAddress('frueh') }),
  ])
  people = {
    nobody: nobody.context,
    buyer: buyer.context,
    operator: operator.context,
    learner: learner.context,
    watcher: watcher.context,
  }
  const [found] = await Promise.all([findOrder(operator.page, email), prepare(learner.page)])
  places = { order: found, thanks: `/kauf/danke?session_id=${bought.sessionId}` }
})
test.afterAll(() => Promise.all(Object.values(people ?? {}).map((context) => context.close())))

async function post(page: Page, url: string, data: unknown): Promise<void> {
  const answer = await page.request.post(shop.url + url, { headers: { origin: shop.url }, data })
  expect(answer.ok(), await answer.text()).toBe(true)
}

/**
 * All lessons ticked off, so that the Teilnahmebestätigung can be had; a note and a plan, so that their pages have
 * forms.
 */
async function prepare(page: Page): Promise<void> {
  const course = JSON.parse(readFileSync('content/course.json', 'utf8')) as { modules: { lessons: string[] }[] }
  const lessons = course.modules.flatMap((module) => module.lessons)
  const at = new Date().toISOString()
  const about = { ranges: [], position: 0, at, sentAt: at, clientId: 'e2e', done: true }
  for (let from = 0; from < lessons.length; from += 25)
    await post(
      page,
      '/api/progress',
      lessons.slice(from, from + 25).map((lessonId) => ({ lessonId, ...about })),
    )
  const note = { lessonId: lessons[0], kind: 'note', second: null, body: 'Ein Korb.', deleted: false, base: 0 }
  await post(page, '/api/notes', [{ ...note, id: randomUUID(), writer: randomUUID(), seq: 1, over: [] }])
  await post(page, '/api/plan', { weekdays: [1, 2], minutes: 20, time: '07:00', startsOn: null })
}

async function findOrder(operator: Page, email: string): Promise<string> {
  const found = await operator.request.post(`${shop.url}/api/admin/search`, {
    headers: { origin: shop.url },
    form: { q: email },
  })
  return /\/admin\/bestellungen\/[\w-]+/.exec(await found.text())?.[0] ?? ''
}

const pathOf = ({ path }: FormRow) => (typeof path === 'string' ? path : path(places))

async function submit(page: Page, { press }: FormRow): Promise<void> {
  if (press) await page.getByRole('main').getByRole('button', { name: press, exact: true }).first().click()
  // Not waited for: a key that leaves the page may never be acknowledged.
  else void page.keyboard.press('Enter').catch(() => {})
}

/** Not waited for: a page that is just being left for the next one may never say that it closed. */
const leave = (page: Page): void => void page.close().catch(() => {})

test.describe('a form typed into before the scripts', () => {
  for (const row of forms)
    test(`${row.from} keeps it and sends it`, async () => {
      const page = await people[row.who].newPage()
      const letIn = await openDeaf(page, pathOf(row))
      const typed = await row.type(page)
      const fields = await fieldsOf(page)
      await letIn()
      expect(await fieldsOf(page)).toEqual(fields)
      expect(await sends(page, row, () => submit(page, row))).toMatchObject(typed)
      leave(page)
    })
})

test.describe('a form in a browser without scripts', () => {
  const plain = new Map<FormRow['who'], BrowserContext>()
  test.beforeAll(async ({ browser }) => {
    for (const who of ['nobody', 'buyer', 'learner', 'operator'] as const)
      plain.set(who, await withoutScripts(browser, people[who]))
  })
  test.afterAll(() => Promise.all([...plain.values()].map((context) => context.close())))
  for (const row of forms)
    test(`${row.from} sends the same`, async () => {
      const page = (await plain.get(row.who)?.newPage()) as Page
      await page.goto(shop.url + pathOf(row))
      const typed = await row.type(page)
      const plainly = { ...row, press: row.pressPlain ?? row.press }
      expect(await sends(page, row, () => submit(page, plainly))).toMatchObject(typed)
      leave(page)
    })
})

test('every file with a field stands in the table', () => {
  const files = ['app', 'components'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.tsx'))
      .map((file) => path.posix.join(folder, file)),
  )
  const typeable = /<(?:textarea|select)\b|<input\b(?!\s+type="hidden")/
  const withFields = files.filter((file) =>
    typeable.test(readFileSync(file, 'utf8').replace(/<input[^>]*type="hidden"/g, '')),
  )
  const known = new Set([...forms.map(({ from }) => from), ...liveFields, ...otherFields])
  expect(withFields.filter((file) => !known.has(file))).toEqual([])
})

test('a note and a tick from a page that was left before its scripts came are there when it is opened again', async () => {
  const page = await people.watcher.newPage()
  const path = '/lektionen/die-zwei-minuten-regel'
  const stored = async () => {
    const { notes, ticked } = await (
      await page.request.get(`${shop.url}/api/notes?lektion=die-zwei-minuten-regel`)
    ).json()
    return [notes.map(({ body }: { body: string }) => body), ticked.length]
  }
  const letIn = await openDeaf(page, path)
  await page.getByRole('textbox', { name: 'Neue Notiz' }).fill('Im Gehen gedacht.')
  await page.locator('.checklist').getByRole('checkbox').first().check()
  await page.goto(`${shop.url}/konto`, { waitUntil: 'domcontentloaded' })
  await letIn()
  expect(await stored()).toEqual([[], 0])
  await page.goto(shop.url + path)
  await expect(page.getByRole('textbox', { name: 'Neue Notiz' })).toHaveValue('Im Gehen gedacht.')
  await expect(page.locator('.checklist').getByRole('checkbox').first()).toBeChecked()
  await soon(stored).toEqual([['Im Gehen gedacht.'], 1])
  // What was typed early is handed over only once.
  await page.reload()
  await hears(page)
  expect(await stored()).toEqual([['Im Gehen gedacht.'], 1])
  await page.close()
})

test('a note typed and a box ticked before the scripts are kept, and shown as kept', async () => {
  const page = await people.watcher.newPage()
  const letIn = await openDeaf(page, LESSON)
  const note = page.getByRole('textbox', { name: 'Neue Notiz' })
  const box = page.locator('.checklist').getByRole('checkbox').first()
  await note.fill('Vor den Skripten gedacht.')
  await box.check()
  await letIn()
  await expect(note).toHaveValue('Vor den Skripten gedacht.')
  await expect(box).toBeChecked()
  await expect(page.getByText('1 von', { exact: false })).toBeVisible()
  await soon(async () => {
    const { notes, ticked } = await (await page.request.get(`${shop.url}/api/notes?lektion=der-eingangskorb`)).json()
    return [notes.map(({ body }: { body: string }) => body), ticked.length]
  }).toEqual([['Vor den Skripten gedacht.'], 1])
  // Going on in the same field still makes one note.
  await note.press('End')
  await note.pressSequentially(' Und danach.')
  await note.blur()
  await soon(
    async () => (await (await page.request.get(`${shop.url}/api/notes?lektion=der-eingangskorb`)).json()).notes.length,
  ).toBe(1)
  await page.close()
})

test.describe('pressed before the scripts', () => {
  test('„Erledigt“ is done once, however often it was pressed', async () => {
    const page = await people.watcher.newPage()
    const letIn = await openDeaf(page, LESSON)
    const done = page.getByRole('button', { name: 'Erledigt', exact: true })
    const saved = page.waitForResponse((answer) => answer.url().endsWith('/api/progress') && answer.ok())
    await done.click()
    await done.click()
    await letIn()
    await expect(done).toHaveAttribute('aria-pressed', 'true')
    await saved
    await page.close()
  })

  test('the film begins', async () => {
    const page = await people.nobody.newPage()
    const letIn = await openDeaf(page, '/lektionen/was-dich-heute-kostet')
    await page.getByRole('button', { name: 'Abspielen' }).click()
    await letIn()
    await running(page)
    await page.close()
  })

  for (const [what, selector] of [
    ['button', '.player button'],
    ['spoken line', '#mitschrift span[data-at]'],
  ] as const)
    test(`the film begins by its ${what}, also in the moment between recording and listening`, async () => {
      const page = await people.nobody.newPage()
      await pressInBetween(page, selector)
      await page.goto(`${shop.url}/lektionen/was-dich-heute-kostet`)
      await running(page)
      await page.close()
    })

  test('/ leads to the search', async () => {
    const page = await people.watcher.newPage()
    const letIn = await openDeaf(page, '/plan')
    await page.keyboard.press('/')
    await letIn()
    await page.waitForURL('**/suche')
    await expect(page.getByRole('searchbox')).toBeFocused()
    await page.close()
  })

  test('a light is chosen and stays chosen', async ({ browser }) => {
    const page = await (await browser.newContext({ locale: 'de-DE' })).newPage()
    const letIn = await openDeaf(page, '/impressum')
    await page.getByText('Abendschicht').click()
    await letIn()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await page.reload()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await expect(page.getByRole('radio', { name: 'Abendschicht' })).toBeChecked()
    await page.context().close()
  })

  test('a device is logged out', async ({ browser }) => {
    const mine = await (await browser.newContext({ locale: 'de-DE', serviceWorkers: 'block' })).newPage()
    const learner = await learnerIn(mine, { proven: true })
    const other = await deviceOf(learner, browser)
    const letIn = await openDeaf(mine, '/konto')
    await mine.getByRole('button', { name: /^Abmelden ?:/ }).click()
    await letIn()
    await expect(mine.getByText(/ist abgemeldet\./)).toBeVisible()
    await other.context().close()
    await mine.context().close()
  })
})

test('a form that is refused without scripts comes back as it was sent', async ({ browser }) => {
  const context = await withoutScripts(browser, people.nobody)
  const page = await context.newPage()
  await page.goto(`${shop.url}/bestellen`)
  await page.getByLabel('Deine E-Mail-Adresse').fill('anna@nirgends')
  await page.getByRole('checkbox').first().check()
  await page.getByRole('button', { name: 'zahlungspflichtig bestellen' }).click()
  await expect(page.getByText('Das hat nicht geklappt.')).toBeVisible()
  await expect(page.getByLabel('Deine E-Mail-Adresse')).toHaveValue('anna@nirgends')
  expect(await Promise.all((await page.getByRole('checkbox').all()).map((tick) => tick.isChecked()))).toEqual([
    true,
    false,
  ])
  await context.close()
})

test.describe('back from Stripe address and ticks are as they were', () => {
  for (const remembers of [false, true])
    test(`in a browser that ${remembers ? 'keeps' : 'loads'} the page`, async ({ playwright, launchOptions }) => {
      const browser = await playwright.chromium.launch({
        ...launchOptions,
        // Playwright turns the browser's memory of whole pages off.
        ...(remembers && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
      })
      const page = await browser.newPage({ locale: 'de-DE' })
      const email = newAddress('zurueck')
      await order(page, email)
      const asLeft = async () => {
        await expect(page.getByLabel('Deine E-Mail-Adresse')).toHaveValue(email)
        for (const tick of await page.getByRole('checkbox').all()) await expect(tick).toBeChecked()
      }
      await page.goBack()
      await asLeft()
      await page.getByRole('button', { name: 'zahlungspflichtig bestellen' }).click()
      await page.waitForURL(`${shop.stripe}/**`)
      await page.getByRole('link', { name: 'Zurück zum Shop' }).click()
      await page.waitForURL('**/bestellen?abgebrochen=1')
      await asLeft()
      // Paid: the next order on this tab is a new one.
      await page.getByRole('button', { name: 'zahlungspflichtig bestellen' }).click()
      await page.waitForURL(`${shop.stripe}/**`)
      await payByCard(page)
      await page.waitForURL('**/kauf/danke**')
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Zahlung ist da')
      await page.goto(`${shop.url}/bestellen`)
      await expect(page.getByLabel('Deine E-Mail-Adresse')).toHaveValue('')
      await browser.close()
    })
})
