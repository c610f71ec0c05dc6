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

// Our build's files carry their hash in the name: what is kept is right for ever.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/_next/static/'),
  new CacheFirst({
    cacheName: cacheNames.files,
    plugins: [new ExpirationPlugin({ maxEntries: 200, maxAgeSeconds: 60 * DAY_SECONDS, purgeOnQuotaError: true })],
  }),
)

// What a page asks for comes from the network or not at all: to a page an answer of yesterday would be the truth of
// today. The kept copy is for the shell alone, which opens the cache itself, and becomes newer with every answer that
// passes by.
registerRoute(
  ({ url, request, sameOrigin }) =>
    sameOrigin && request.method === 'GET' && KEPT_ANSWERS.includes(url.pathname) && url.search === '',
  async ({ request }) => {
    const answer = await fetch(request)
    if (answer.ok) void renew(new URL(request.url).pathname, answer.clone(), era)
    // This session was ended, perhaps from another device: what it read is nobody's here any more.
    else if (answer.status === 401) void caches.delete(cacheNames.answers)
    return answer
  },
)

// Pages come from the network alone: a kept page of yesterday would look like today's.
registerRoute(({ request, sameOrigin }) => sameOrigin && request.mode === 'navigate', new NetworkOnly())
setCatchHandler(async ({ request }) => {
  if (request.mode !== 'navigate') return Response.error()
  return (await caches.match(SHELL_PATH, { cacheName: cacheNames.shell })) ?? Response.error()
})

/** Rises with every logout: what was asked for before is not kept after. */
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

/** The shell with every file it names, and the answers it reads. */
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

/** Fonts are named in the style sheet only. */
async function keepFonts(kept: Cache, sheet: string): Promise<void> {
  const css = (await (await kept.match(sheet))?.text()) ?? ''
  const base = new URL(sheet, self.location.origin)
  const fonts = [...css.matchAll(/url\(["']?([^"')]+\.woff2)["']?\)/g)].map(
    (match) => new URL(match[1] ?? '', base).pathname,
  )
  // Latin is what our pages are written in; the rest comes when a page needs it.
  const wanted = [...new Set(fonts)].filter((font) => font.includes('latin'))
  await Promise.all(wanted.map(async (font) => (await kept.match(font)) ?? kept.add(font)))
}

/** A device without room keeps what it has. */
const renew = async (path: string, answer: Response, since: number) => {
  if (since !== era) return
  await (await caches.open(cacheNames.answers)).put(path, answer).catch(() => {})
}

/** Whoever may not have an answer (any more) has no old one either; any other failure leaves it. */
async function keepAnswer(path: string, since: number): Promise<void> {
  const answer = await fetch(path, { credentials: 'same-origin' })
  if (answer.ok) await renew(path, answer, since)
  else if ([401, 403, 404].includes(answer.status)) await (await caches.open(cacheNames.answers)).delete(path)
}
