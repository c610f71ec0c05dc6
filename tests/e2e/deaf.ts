import { type Browser, type BrowserContext, expect, type Page, type Request } from '@playwright/test'
import { shop } from './shop.ts'

/** A page on a slow line: drawn, but „deaf“ (reacting to nothing) until its scripts arrive. */

/** Only scripts: styles come from the same folder and are let through. */
const SCRIPTS = /\/_next\/static\/chunks\/.*\.js/

/** Opens the page without its scripts. Answers a function that lets them in and waits until the page listens. */
export async function openDeaf(page: Page, path: string): Promise<() => Promise<void>> {
  let letIn = () => {}
  const gate = new Promise<void>((resolve) => {
    letIn = resolve
  })
  await page.route(SCRIPTS, async (route) => {
    await gate
    await route.continue().catch(() => {})
  })
  await page.goto(shop.url + path, { waitUntil: 'domcontentloaded' })
  return async () => {
    expect(await isDeaf(page), 'what was done so far was done without scripts').toBe(true)
    letIn()
    await hears(page)
  }
}

/**
 * Presses the element in the one moment when the page has stopped recording early presses and its parts have drawn, but
 * not run their effects yet. On a busy machine that moment lasts long enough for a person's press.
 */
export const pressInBetween = (page: Page, selector: string) =>
  page.addInitScript((what) => {
    let early: unknown
    Object.defineProperty(window, 'early', {
      get: () => early,
      set: (value) => {
        early = value
        if (value === null) document.querySelector<HTMLElement>(what)?.click()
      },
    })
  }, selector)

const isDeaf = (page: Page) => page.evaluate(() => Array.isArray((window as { early?: unknown }).early))

/** Waits until the page's parts listen and presses made before were repeated. */
export const hears = (page: Page) =>
  page.waitForFunction(
    () =>
      (window as { early?: unknown }).early === null &&
      new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(true)))),
  )

/** The values of the page's fields, in their order. */
export const fieldsOf = (page: Page): Promise<(string | boolean)[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement>('main :is(input:not([type=hidden]), select, textarea)')].map(
      (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value),
    ),
  )

/** A request's body as form fields, `{ email, 'consent.startNow': 'on' }`, in whatever format it was sent. */
function sentBy(request: Request): Record<string, string> {
  const body = request.postData() ?? ''
  if (request.method() === 'GET') return Object.fromEntries(new URL(request.url()).searchParams)
  if (!request.headers()['content-type']?.includes('json')) return Object.fromEntries(new URLSearchParams(body))
  return Object.fromEntries(flat('', JSON.parse(body)))
}

function flat(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.map((one) => [`${name}.${one}`, 'on'])
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => flat(name ? `${name}.${key}` : key, inner))
  return value === false || value === null ? [] : [[name, value === true ? 'on' : String(value)]]
}

/** The same person in a browser without scripts. */
export const withoutScripts = async (browser: Browser, context: BrowserContext): Promise<BrowserContext> =>
  browser.newContext({ locale: 'de-DE', javaScriptEnabled: false, storageState: await context.storageState() })

/** Runs an action and answers the fields of the request to `to` that it caused. */
export async function sends(
  page: Page,
  { to, refused, held }: { to: RegExp; refused?: true; held?: true },
  work: () => Promise<void>,
): Promise<Record<string, string>> {
  if (held) await page.route(to, (route) => route.fulfill({ status: 204 }))
  const isIt = (request: Request) => to.test(new URL(request.url()).pathname)
  if (held) {
    const going = page.waitForRequest(isIt)
    await work()
    return sentBy(await going)
  }
  // Waits for the answer, not the request: a search that is typed on drops its first request, which gets no answer.
  const coming = page.waitForResponse((response) => isIt(response.request()))
  await work()
  const answer = await coming
  const request = answer.request()
  if (!refused) {
    expect(answer.status(), `${request.method()} ${request.url()}`).toBeLessThan(400)
    expect(answer.headers().location ?? '').not.toContain('fehler=')
  }
  return sentBy(request)
}
