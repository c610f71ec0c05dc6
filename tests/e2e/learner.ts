import { randomBytes, randomUUID } from 'node:crypto'
import { type Browser, type BrowserContextOptions, expect, type Page } from '@playwright/test'
import { until } from '../kit/until.ts'
import { loginOf, type Mail, newAddress, readMail, shop } from './shop.ts'

/**
 * People for tests of what comes after buying and logging in: the same doors, letters and emulators as a person's
 * clicks, but no page is opened and nothing is filled in. Each takes well under a second, and each test has its own.
 *
 * - `orderIn(page)`: an order at Stripe's page, not paid
 * - `paidIn(page)`: paid, with the checkout cookie in this browser, as one stands before the thank-you page
 * - `learnerIn(page)`: and inside, by that cookie (an unproven session); `{ proven: true }` by the letter's link
 * - `deviceOf(learner, browser)`: the same person on one more device (a proven session), in the workshop
 * - `operatorIn(page)`: the operator, with one login for all tests of a worker
 *
 * Then go where the test begins: `await page.goto(`${shop.url}/werkstatt`)`.
 */

export interface Learner {
  email: string
  /** Stripe's session of the payment. */
  sessionId: string
  /** Login letters of this person that were used so far. */
  letters: number
}

const OPERATOR = 'betreiber@werkstatt.test'

/** A network of one's own, so that the limits per address count one person. */
const headersOf = () => {
  const [a, b, c] = randomBytes(3)
  return { origin: shop.url, 'x-forwarded-for': `10.${a}.${b}.${c}` }
}

/** Orders in this page's browser, with both ticks; answers Stripe's session. */
async function orderIn(page: Page, email: string): Promise<string> {
  const opened = await page.request.post(`${shop.url}/api/stripe/create-checkout`, {
    headers: headersOf(),
    data: { email, attemptId: randomUUID(), consent: { startNow: true, acknowledgesLoss: true } },
  })
  expect(opened.ok(), await opened.text()).toBe(true)
  return /cs_test_\w+/.exec(((await opened.json()) as { url: string }).url)?.[0] ?? ''
}

/** Orders and pays by card; with `iban` by direct debit, which stays pending until `decideDebit`. */
export async function paidIn(
  page: Page,
  { email = newAddress('lernende'), iban }: { email?: string; iban?: string } = {},
): Promise<Learner> {
  const sessionId = await orderIn(page, email)
  await stripeIs(`_pay/${sessionId}`, iban ? { iban, name: 'Anna Amsel' } : {})
  return { email, sessionId, letters: 0 }
}

/** Lets a pending direct debit succeed or fail at the bank. */
export const decideDebit = ({ sessionId }: Learner, outcome: 'succeed' | 'fail') =>
  stripeIs(`_pending/${sessionId}`, { outcome })

async function stripeIs(path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${shop.stripe}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true)
}

/** Puts somebody who has just paid into this page's browser. */
export async function learnerIn(
  page: Page,
  { email, proven = false }: { email?: string; proven?: boolean } = {},
): Promise<Learner> {
  const learner = await paidIn(page, { email })
  if (proven) await byLetter(page, learner)
  else
    await until('the account to be open', async () =>
      (await page.request.post(`${shop.url}/api/auth/checkout`, { headers: headersOf(), data: {} })).ok(),
    )
  return learner
}

/**
 * One more device of this person, logged in by a link from the mailbox. The first one ends the session that the payment
 * opened, as a proof of the mailbox does. Ends in the workshop.
 */
export async function deviceOf(learner: Learner, browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin', ...options })
  const page = await context.newPage()
  if (learner.letters > 0) await askForLetter(page, learner.email)
  await byLetter(page, learner)
  await page.goto(`${shop.url}/werkstatt`)
  return page
}

async function byLetter(page: Page, learner: Learner): Promise<void> {
  learner.letters += 1
  await spendLink(page, await readMail(learner.email, learner.letters))
}

let operatorCookies: { at: string; cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>> } | null = null

/** Puts the operator into this page's browser. Never log this session out: other tests of the worker share it. */
export async function operatorIn(page: Page): Promise<void> {
  if (operatorCookies?.at !== shop.url) {
    const known = new Set((await letters(OPERATOR)).flatMap(({ links }) => links))
    await askForLetter(page, OPERATOR)
    // Letters about sales go to the operator too.
    const mail = await until('the operator’s letter', async () =>
      (await letters(OPERATOR)).find(({ links }) =>
        links.some((one) => one.includes('/anmelden/link') && !known.has(one)),
      ),
    )
    await spendLink(page, mail)
    operatorCookies = { at: shop.url, cookies: await page.context().cookies(shop.url) }
  }
  await page.context().addCookies(operatorCookies.cookies)
}

const letters = async (to: string): Promise<Mail[]> =>
  (await (await fetch(`${shop.inbox}/inbox.json?to=${encodeURIComponent(to)}&limit=500`)).json()) as Mail[]

async function askForLetter(page: Page, email: string): Promise<void> {
  const asked = await page.request.post(`${shop.url}/api/auth/magic-link`, { headers: headersOf(), data: { email } })
  expect(asked.ok(), await asked.text()).toBe(true)
}

async function spendLink(page: Page, mail: Mail): Promise<void> {
  const token = new URL(loginOf(mail).link).searchParams.get('token')
  const spent = await page.request.post(`${shop.url}/api/auth/verify`, { headers: headersOf(), data: { token } })
  expect(spent.ok(), await spent.text()).toBe(true)
}
