import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js'
import { type Refused, whileAnswering } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { ConfigError } from '#config'
import { maskIp, withoutSecrets } from '#libs/log.ts'
import { neverWaitForOutput } from '#libs/output.ts'
import { demandPooler } from '#libs/pooler.ts'
import { type Platform, platform } from '#platform'
import type { Log } from '#ports'
import { createProxy, type PageAnswer, type PageDoor } from '../proxy.ts'
import { mergeOnRecovery } from '../worker/mergeOnRecovery.ts'
import { answerRoute } from './answerRoute.ts'
import { bodyLimit, limitBody } from './bodyLimit.ts'
import { findBuiltFile, sendCopy } from './builtFiles.ts'
import { type KeptPages, openKeptPages } from './pages/keptPages.ts'
import type { NextHandler } from './pages/renderInProcess.ts'
import { answerRefusal, asPage, methods, type RefusalKind } from './refusals.ts'
import { isNavigation, refusedPage } from './refusedPage.ts'
import { type RouteModules, routeTable } from './routeTable.ts'
import { createTrust } from './trust.ts'

/**
 * The web's request handler: finds the client's address, limits bodies, answers every `route.ts` itself, and hands
 * pages to Next with their policy. Bundled into `build/web.mjs`.
 */

const URL_CHARACTERS = 4_096
/** Methods of pages; forms post to routes. */
const pageMethods = ['GET', 'HEAD', 'OPTIONS']

export interface Site {
  port: number
  host: string
  log: Log
  answer(request: IncomingMessage, response: ServerResponse): void
}

export interface SiteOptions {
  routes: RouteModules
  dev: boolean
  /** Ends the process with a sentence, for problems that only show when the database is back. */
  fail(sentence: string): void
}

/**
 * Builds the platform and everything above it. Throws `ConfigError` with one sentence; does not wait for a database.
 */
export async function openSite(options: SiteOptions): Promise<{ site: Site; servePages(next: NextHandler): void }> {
  const { routes, dev, fail } = options
  const here = platform('web')
  await demandPooler(here.config, fail)
  let pages: NextHandler | null = null
  let kept: KeptPages | null = null
  mergeOnRecovery(here)
  const { config, ctx } = here
  const proxy = createProxy(config, dev)
  const answer = answers(here, { routes, dev, proxy, pages: () => pages, kept: () => kept })
  return {
    site: { port: config.port, host: config.host, log: ctx.log, answer },
    servePages: (next) => {
      pages = next
      // In development a page changes while somebody looks at it.
      if (!dev) kept = openKeptPages(here, next, proxy.headersFor)
    },
  }
}

export { ConfigError, neverWaitForOutput }

interface Answers {
  routes: RouteModules
  dev: boolean
  proxy: PageDoor
  /** Null until Next is ready. */
  pages(): NextHandler | null
  kept(): KeptPages | null
}

function answers(here: Platform, { routes, dev, proxy, pages, kept }: Answers): Site['answer'] {
  const { siteUrl, trustedProxyHops: hops, trustedProxies: proxies } = here.config
  const { log } = here.ctx
  const trust = createTrust({ hops, proxies, siteUrl })
  const find = routeTable(routes)
  const secure = siteUrl.startsWith('https:')

  return (request, response) => {
    const requestId = randomUUID()
    const method = request.method ?? 'GET'
    const client = trust(request, requestId)
    response.setHeader('x-request-id', requestId)
    response.setHeader('x-content-type-options', 'nosniff')
    if (secure) response.setHeader('strict-transport-security', 'max-age=63072000')
    const showRefused = (refused: Refused) => answerRefusedPage(refused, proxy, pages(), request, response)
    const refuse = (why: RefusalKind, allow?: string[]) => answerRefusal(request, response, why, requestId, allow)
    const failed = (error: unknown) => {
      log.error({ err: error, requestId }, 'request failed outside of its handler')
      if (!response.headersSent) {
        response.statusCode = 500
        for (const name of response.getHeaderNames()) if (name.startsWith('content-')) response.removeHeader(name)
      }
      response.end()
    }
    const turnAway = (why: RefusalKind, allow?: string[]) => {
      const page = isNavigation(request) ? asPage(why, requestId) : null
      if (!page) return refuse(why, allow)()
      if (allow) response.setHeader('allow', allow.join(', '))
      showRefused(refusedPage(page, page.status, siteUrl, request)).catch(failed)
    }
    const wrong = originForm(request, siteUrl)
    const url = request.url ?? '/'
    const path = url.split('?', 1)[0] ?? '/'
    // In development Next prints a line of its own.
    if (!dev) logWhenDone(log, request, response, { requestId, client })

    if (!methods.has(method)) return turnAway('method')
    if (url === '*') return sayMethods(response, methods)
    if (wrong) return turnAway(wrong)
    if (url.length > URL_CHARACTERS) return turnAway('length')
    if (!isReadable(path)) return turnAway('address')
    if (path.startsWith('/_next/image')) return turnAway('nowhere')
    if (!limitBody(request, bodyLimit(path), () => refuse('size')))
      return void request.once('end', refuse('size')).resume()

    const match = find(method, path)
    if (match && method === 'OPTIONS') return sayMethods(response, match.allow)
    if (match && !match.handler) return turnAway('method', match.allow)
    // In development Next's own tools post to it.
    if (!match && !dev) {
      if (method === 'OPTIONS') return sayMethods(response, pageMethods)
      if (!pageMethods.includes(method)) return turnAway('method', pageMethods)
      if (!canNextRead(request)) return turnAway('state')
      const file = findBuiltFile(path)
      if (file === 'nowhere') return turnAway('nowhere')
      if (file !== 'served') return void sendCopy(file.copy, request, response).catch(failed)
    }
    if (match?.handler) {
      const { handler, params } = match
      return void answerRoute({ handler, params, origin: siteUrl, showRefused }, request, response).catch(failed)
    }
    const byNext = () =>
      void answerPage(proxy.admit(url, request.headers.cookie ?? null), pages(), request, response).catch(failed)
    if (!kept()?.answer(request, response, byNext)) byNext()
  }
}

/** Policy and redirect by `proxy.ts`, the rest by Next. */
async function answerPage(
  page: PageAnswer | null,
  next: NextHandler | null,
  request: IncomingMessage,
  response: ServerResponse,
  refused: Refused | null = null,
): Promise<void> {
  for (const [name, value] of Object.entries(page?.headers ?? {})) response.setHeader(name, value)
  if (page?.redirect) {
    response.writeHead(307, { location: page.redirect, 'content-length': 0 })
    return void response.end()
  }
  Object.assign(request.headers, page?.forNext)
  if (!next) throw new Error('a page was asked for before Next was ready')
  await whileAnswering({ response, refused }, () => next(request, response))
}

/** Answers with the page that explains a refusal. */
async function answerRefusedPage(
  refused: Refused,
  proxy: PageDoor,
  next: NextHandler | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.method = 'GET'
  request.url = paths.refused()
  for (const name of Object.keys(request.headers)) if (/^(content-|next-|rsc$)/.test(name)) delete request.headers[name]
  await answerPage(proxy.admit(request.url, null), next, request, response, refused)
}

/** Whether Next can read the client's router state, a header; if not, it would answer 500. */
function canNextRead({ headers }: IncomingMessage): boolean {
  try {
    parseAndValidateFlightRouterState(headers['next-router-state-tree'])
    return true
  } catch {
    return false
  }
}

/**
 * A request line may contain a whole URL (RFC 9112 3.2.2): ours is cut to its path, a foreign one is refused. Answers
 * the refusal, or null.
 */
function originForm(request: IncomingMessage, siteUrl: string): RefusalKind | null {
  const url = request.url ?? '/'
  if (url.startsWith('/') || url === '*') return null
  if (!URL.canParse(url)) return 'address'
  const { host, pathname, search } = new URL(url)
  if (host !== new URL(siteUrl).host) return 'host'
  request.url = pathname + search
  return null
}

function sayMethods(response: ServerResponse, allow: Iterable<string>): void {
  response.writeHead(204, { allow: [...allow].join(', '), 'cache-control': 'no-store' })
  response.end()
}

function logWhenDone(
  log: Log,
  request: IncomingMessage,
  response: ServerResponse,
  { requestId, client }: { requestId: string; client: string },
): void {
  const began = performance.now()
  const { method } = request
  const path = withoutSecrets(request.url ?? '/').slice(0, 300)
  const isFile = path.startsWith('/_next/')
  response.once('close', () => {
    if (isFile && response.statusCode < 500) return
    log.info(
      {
        requestId,
        method,
        path,
        status: response.statusCode,
        ms: Math.round((performance.now() - began) * 10) / 10,
        ip: maskIp(client),
        ...(!response.writableFinished && { cut: true }),
      },
      'request',
    )
  })
}

/**
 * False for a broken escape and a path above the root, to which Next answers 500, and for NUL, which no row can hold.
 */
function isReadable(path: string): boolean {
  try {
    const plain = decodeURIComponent(path)
    return !plain.includes('\0') && staysBelowRoot(plain)
  } catch {
    return false
  }
}

function staysBelowRoot(path: string): boolean {
  let depth = 0
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') depth--
    else if (part !== '' && part !== '.') depth++
    if (depth < 0) return false
  }
  return true
}
