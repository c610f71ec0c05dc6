import { type Browser, type BrowserContext, expect, type Page, type Request } from '@playwright/test'
import { shop } from './shop.ts'

/** A page as somebody on a slow line has it: drawn, and deaf until its scripts are let in. */

/** Styles lie there too: they come, as they would. */
const SCRIPTS = /\/_next\/static\/chunks\/.*\.js/

/** Opens the page without its scripts. Answers what lets them in and waits until the page hears. */
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

const isDeaf = (page: Page) => page.evaluate(() => Array.isArray((window as { early?: unknown }).early))

/** The page's parts listen, and what was pressed before has been pressed again. */
export const hears = (page: Page) =>
  page.waitForFunction(
    () =>
      (window as { early?: unknown }).early === null &&
      new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(true)))),
  )

/** What stands in the fields of the page, in their order. */
export const fieldsOf = (page: Page): Promise<(string | boolean)[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement>('main :is(input:not([type=hidden]), select, textarea)')].map(
      (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value),
    ),
  )

/** What a request carries as a form would say it: `{ email, 'consent.startNow': 'on' }`, whatever it was sent as. */
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

/** Does it, and answers what the request to `to` carried that it caused. */
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
  // Of the answer, not of the request: a search is asked again while its first request is under way, and that one ends
  // without any.
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
