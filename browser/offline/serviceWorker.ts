/// <reference lib="webworker" />
import { ExpirationPlugin } from 'workbox-expiration'
import { registerRoute, setCatchHandler } from 'workbox-routing'
import { CacheFirst, NetworkOnly } from 'workbox-strategies'
import {
  cacheNames,
  KEPT_ANSWERS,
  type KeeperMessage,
  type KeeperNews,
  SHELL_PATH,
} from '#browser/offline/offlineNames.ts'

/**
 * Runs in the browser, between pages and network (docs/decisions/offlineShell.md). With a network it changes nothing
 * but keeps our hashed files; without one it shows the shell, which reads the kept answers. Films are never kept.
 */

declare const self: ServiceWorkerGlobalScope

const DAY_SECONDS = 86_400

self.addEventListener('install', (event) => {
  event.waitUntil(self.skipWaiting())
})
self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim())
})

// Files of our build have their hash in the name, so a kept copy never gets outdated.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/_next/static/'),
  new CacheFirst({
    cacheName: cacheNames.files,
    plugins: [new ExpirationPlugin({ maxEntries: 200, maxAgeSeconds: 60 * DAY_SECONDS, purgeOnQuotaError: true })],
  }),
)

// Pages get their data from the network or not at all, because they would take an old answer for the present one. The
// kept copy is only for the offline shell, which opens the cache itself; every answer from the network renews it.
registerRoute(
  ({ url, request, sameOrigin }) =>
    sameOrigin && request.method === 'GET' && KEPT_ANSWERS.includes(url.pathname) && url.search === '',
  async ({ request }) => {
    const answer = await fetch(request)
    if (answer.ok) void renew(new URL(request.url).pathname, answer.clone(), era)
    // The session was ended, perhaps from another device: its data must not stay on this one.
    else if (answer.status === 401) void caches.delete(cacheNames.answers)
    return answer
  },
)

// Pages come from the network only: an old copy would look like the present page.
registerRoute(({ request, sameOrigin }) => sameOrigin && request.mode === 'navigate', new NetworkOnly())
setCatchHandler(async ({ request }) => {
  if (request.mode !== 'navigate') return Response.error()
  return (await caches.match(SHELL_PATH, { cacheName: cacheNames.shell })) ?? Response.error()
})

/** Raised by every logout, so that answers to earlier requests are not kept. */
let era = 0

self.addEventListener('message', (event) => {
  const { kind } = (event.data ?? {}) as Partial<KeeperMessage>
  if (kind === 'forget') era++
  if (kind !== 'keep') return
  event.waitUntil(
    keep(era)
      .then(() => true)
      .catch(() => false)
      .then((ok) => event.source?.postMessage({ kind: 'kept', ok } satisfies KeeperNews)),
  )
})

/** Keeps the shell with every file it names, and the answers that it reads. */
async function keep(since: number): Promise<void> {
  const page = await fetch(SHELL_PATH, { credentials: 'same-origin', redirect: 'error' })
  if (!page.ok) throw new Error(`the shell answered ${page.status}`)
  const html = await page.clone().text()
  const files = [...new Set(html.match(/\/_next\/static\/[^"'\\ )]+/g) ?? [])]
  const kept = await caches.open(cacheNames.files)
  await Promise.all(files.map(async (file) => (await kept.match(file)) ?? kept.add(file)))
  await Promise.all(files.filter((file) => file.endsWith('.css')).map((file) => keepFonts(kept, file)))
  if (since !== era) throw new Error('somebody logged out meanwhile')
  await (await caches.open(cacheNames.shell)).put(SHELL_PATH, page)
  await Promise.all(KEPT_ANSWERS.map((path) => keepAnswer(path, since)))
}

/** Keeps the fonts, which only the style sheet names. */
async function keepFonts(kept: Cache, sheet: string): Promise<void> {
  const css = (await (await kept.match(sheet))?.text()) ?? ''
  const base = new URL(sheet, self.location.origin)
  const fonts = [...css.matchAll(/url\(["']?([^"')]+\.woff2)["']?\)/g)].map(
    (match) => new URL(match[1] ?? '', base).pathname,
  )
  // Only Latin, in which our pages are written; other fonts are loaded when a page needs them.
  const wanted = [...new Set(fonts)].filter((font) => font.includes('latin'))
  await Promise.all(wanted.map(async (font) => (await kept.match(font)) ?? kept.add(font)))
}

/** Stores an answer; a device without room keeps the old one. */
const renew = async (path: string, answer: Response, since: number) => {
  if (since !== era) return
  await (await caches.open(cacheNames.answers)).put(path, answer).catch(() => {})
}

/** Fetches an answer and keeps it. A refusal (401, 403, 404) deletes the old one, any other failure leaves it. */
async function keepAnswer(path: string, since: number): Promise<void> {
  const answer = await fetch(path, { credentials: 'same-origin' })
  if (answer.ok) await renew(path, answer, since)
  else if ([401, 403, 404].includes(answer.status)) await (await caches.open(cacheNames.answers)).delete(path)
}
