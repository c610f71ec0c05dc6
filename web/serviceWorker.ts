/// <reference lib="webworker" />
import { ExpirationPlugin } from 'workbox-expiration'
import { registerRoute, setCatchHandler } from 'workbox-routing'
import { CacheFirst, NetworkFirst, NetworkOnly } from 'workbox-strategies'
import {
  cacheNames,
  KEPT_ANSWERS,
  type KeeperMessage,
  type KeeperNews,
  SHELL_PATH,
} from '#components/offline/offlineNames.ts'

/**
 * Runs in the browser, between pages and network (docs/decisions/offlineShell.md). With a network it changes nothing but
 * keeps our hashed files; without one it shows the shell, which reads the kept answers. Films are never kept.
 */
declare const self: ServiceWorkerGlobalScope

const DAY_SECONDS = 86_400
/** A network that does not answer by then counts as none, if there is a kept answer. */
const PATIENCE_SECONDS = 5

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

registerRoute(
  ({ url, request, sameOrigin }) => sameOrigin && request.method === 'GET' && KEPT_ANSWERS.includes(url.pathname),
  new NetworkFirst({ cacheName: cacheNames.answers, networkTimeoutSeconds: PATIENCE_SECONDS }),
)

// Pages come from the network alone: a kept page of yesterday would look like today's.
registerRoute(({ request, sameOrigin }) => sameOrigin && request.mode === 'navigate', new NetworkOnly())
setCatchHandler(async ({ request }) => {
  if (request.mode !== 'navigate') return Response.error()
  return (await caches.match(SHELL_PATH, { cacheName: cacheNames.shell })) ?? Response.error()
})

self.addEventListener('message', (event) => {
  if ((event.data as KeeperMessage | null)?.kind !== 'keep') return
  event.waitUntil(
    keep()
      .then(() => true)
      .catch(() => false)
      .then((ok) => event.source?.postMessage({ kind: 'kept', ok } satisfies KeeperNews)),
  )
})

/** The shell with every file it names, and the answers it reads. */
async function keep(): Promise<void> {
  const page = await fetch(SHELL_PATH, { credentials: 'same-origin', redirect: 'error' })
  if (!page.ok) throw new Error(`the shell answered ${page.status}`)
  const html = await page.clone().text()
  const files = [...new Set(html.match(/\/_next\/static\/[^"'\\ )]+/g) ?? [])]
  const kept = await caches.open(cacheNames.files)
  await Promise.all(files.map(async (file) => (await kept.match(file)) ?? kept.add(file)))
  await Promise.all(files.filter((file) => file.endsWith('.css')).map((file) => keepFonts(kept, file)))
  await (await caches.open(cacheNames.shell)).put(SHELL_PATH, page)
  const answers = await caches.open(cacheNames.answers)
  await Promise.all(KEPT_ANSWERS.map((path) => keepAnswer(answers, path)))
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

/** Whoever may not have an answer (any more) has no old one either. */
async function keepAnswer(answers: Cache, path: string): Promise<void> {
  const answer = await fetch(path, { credentials: 'same-origin' })
  if (answer.ok) await answers.put(path, answer)
  else if (answer.status < 500) await answers.delete(path)
}
