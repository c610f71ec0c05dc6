import { randomBytes } from 'node:crypto'
import { expect, type Locator, type Page } from '@playwright/test'
import { until } from '../kit/until.ts'

/** The running workshop of this worker. */
export const shop = {
  get url() {
    return process.env.E2E_URL ?? ''
  },
  get inbox() {
    return process.env.E2E_INBOX ?? ''
  },
  get stripe() {
    return process.env.E2E_STRIPE ?? ''
  },
  get bunny() {
    return process.env.E2E_BUNNY ?? ''
  },
}

export const FIRST_LESSON = '/lektionen/was-dich-heute-kostet'

/** An address nobody else in this run has. */
export const newAddress = (name = 'anna') => `${name}.${randomBytes(5).toString('hex')}@example.test`

export interface Mail {
  subject: string
  html: string
  text: string
  links: string[]
  state: string
}

/** The `nth` mail ever sent to the address, as the emulated provider received it. */
export async function readMail(to: string, nth = 1): Promise<Mail> {
  return until(`mail ${nth} to ${to}`, async () => {
    const mails = (await (await fetch(`${shop.inbox}/inbox.json?to=${encodeURIComponent(to)}`)).json()) as Mail[]
    return mails.at(-nth)
  })
}

/** The login link of a mail, and the code if it carries one. */
export function loginOf(mail: Mail): { link: string; code: string | undefined } {
  const link = mail.links.find((one) => one.includes('/anmelden/link'))
  expect(link, `the mail „${mail.subject}“ carries a login link`).toBeTruthy()
  return { link: link ?? '', code: /\b(\d{3})\s?(\d{3})\b/.exec(mail.text)?.slice(1).join('') }
}

const CHECKOUT = '**/api/stripe/create-checkout'

/** A buyer's own network: one address may open only so many orders in ten minutes. */
async function fromOwnAddress(page: Page): Promise<void> {
  const [a, b, c] = randomBytes(3)
  await page.route(CHECKOUT, (route) =>
    route.continue({ headers: { ...route.request().headers(), 'x-forwarded-for': `10.${a}.${b}.${c}` } }),
  )
}

/** Fills in the order page and leaves it for the payment page. */
export async function order(page: Page, email: string, consent = true): Promise<void> {
  await fromOwnAddress(page)
  await page.goto(`${shop.url}/bestellen`)
  await page.getByLabel('Deine E-Mail-Adresse').fill(email)
  if (consent) for (const box of await page.getByRole('checkbox').all()) await box.check()
  await page.getByRole('button', { name: 'zahlungspflichtig bestellen', exact: true }).click()
  await page.waitForURL(`${shop.stripe}/**`)
  // While anything of a page is intercepted, its browser keeps no files.
  await page.unroute(CHECKOUT)
}

export async function payByCard(page: Page, card = '4242 4242 4242 4242'): Promise<void> {
  await page.getByLabel('Kartennummer').fill(card)
  await page.getByLabel('Gültig bis (MM/JJ)').fill('12/34')
  await page.getByLabel('Prüfziffer (CVC)').fill('123')
  await page.getByRole('button', { name: /bezahlen/ }).click()
}

/** Logs in through the welcome mail's link, in whatever browser `page` belongs to. */
export async function logInByMail(page: Page, email: string, nth = 1): Promise<void> {
  const { link } = loginOf(await readMail(email, nth))
  await page.goto(link)
  await page.getByRole('main').getByRole('button').first().click()
  await page.waitForURL('**/werkstatt**')
}

export const position = (page: Page) => page.evaluate(() => document.querySelector('video')?.currentTime ?? -1)

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator, atMost = 80): Promise<void> {
  for (let step = 0; step < atMost; step++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) {
      const outline = await target.evaluate((element) => {
        const style = getComputedStyle(element)
        return style.outlineStyle !== 'none' || style.boxShadow !== 'none'
      })
      expect(outline, 'the focused element shows it').toBe(true)
      return
    }
  }
  throw new Error(`Tab never reached ${target}`)
}
