import { randomBytes } from 'node:crypto'
import { readCookie } from '#app/_http/cookies.ts'
import { memberPrefixes, paths } from '#app/_http/paths.ts'
import type { Config } from '#config'

/**
 * Stands before every page: policy headers with a fresh nonce, and a short way to the login for visitors without a
 * cookie. It grants nothing: every page checks the session itself. Called by our server before Next sees a page
 * (docs/decisions/oneCopy.md); routes never come here.
 */

/** Routes, files and Next's own; and the calendar feed, whose readers have no cookie and whose address is a secret. */
const noPage =
  /^\/(?:api\/|plan\/feed\/|_next\/static|.*\.(?:ico|png|svg|jpe?g|webp|avif|woff2|txt|xml|vtt|webmanifest|css|js|map)$)/

export interface PageAnswer {
  /** An absolute address of ours, instead of the page. */
  redirect: string | null
  /** Headers for the answer. */
  headers: Record<string, string>
  /** Headers to add to the request for Next, which takes the nonce for its own scripts from the policy. */
  forNext: Record<string, string>
}

interface Hosts {
  siteUrl: string
  secure: boolean
  /** React's development build needs eval and a socket. */
  dev: boolean
  /** Where films come from. Without a configured CDN: Bunny's pull zones. */
  films: string
  checkout: string
  upload: string
}

const originOf = (url: string) => new URL(url).origin

const hostsOf = ({ siteUrl, bunny, stripe }: Config, dev: boolean): Hosts => ({
  siteUrl,
  dev,
  secure: siteUrl.startsWith('https:'),
  films: bunny.cdnBaseUrl ? originOf(bunny.cdnBaseUrl) : 'https://*.b-cdn.net',
  checkout: stripe.apiBaseUrl ? originOf(stripe.apiBaseUrl) : 'https://checkout.stripe.com',
  upload: originOf(bunny.apiBaseUrl),
})

function policy(scripts: string, path: string, { films, checkout, upload, secure, dev }: Hosts): string {
  const connections = [films, path.startsWith('/admin') ? upload : '', dev ? 'ws:' : '']
  return [
    "default-src 'self'",
    `script-src 'self' ${scripts}${dev ? " 'unsafe-eval'" : ''}`,
    // media-chrome styles its shadow roots inline; a nonce would disable that.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${connections.filter(Boolean).join(' ')}`,
    `media-src 'self' blob: ${films}`,
    "worker-src 'self' blob:",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action 'self' ${checkout}`,
    ...(secure ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
}

const isMember = (path: string) => memberPrefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
/** Paths whose URL has a token or an id that must not be passed on as a referrer. */
const isSecretUrl = (path: string) =>
  [paths.loginLink(), paths.thanks(), paths.addressChange(), paths.mailsOff(), paths.certificate('')].some((secret) =>
    path.startsWith(secret),
  )
const isPersonal = (path: string) =>
  isMember(path) || isSecretUrl(path) || /^\/(anmelden|lektionen|widerruf)(\/|$)/.test(path)

const headersFor = (path: string, csp: string): Record<string, string> => ({
  'content-security-policy': csp,
  'x-frame-options': 'DENY',
  'referrer-policy': isSecretUrl(path) ? 'no-referrer' : 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), browsing-topics=()',
  'cross-origin-opener-policy': 'same-origin',
  ...(isPersonal(path) && { 'cache-control': 'private, no-store' }),
})

/** The page's query without `_rsc`, by which Next marks a soft navigation. */
function searchOf(url: string): string {
  const query = new URLSearchParams(url.split('?').slice(1).join('?'))
  query.delete('_rsc')
  return query.size > 0 ? `?${query}` : ''
}

export interface PageDoor {
  /**
   * Null for a path that is no page. `url` is path and query as the client sent them, `cookies` the `Cookie` header.
   */
  admit(url: string, cookies: string | null): PageAnswer | null
  /** The headers of a page that is kept, with sources for its own inline scripts instead of a nonce. */
  headersFor(path: string, scripts: string[]): Record<string, string>
}

export function createProxy(config: Config, dev: boolean): PageDoor {
  const hosts = hostsOf(config, dev)
  return {
    admit(url, cookies) {
      const path = url.split('?', 1)[0] ?? '/'
      if (noPage.test(path)) return null
      const nonce = randomBytes(16).toString('hex')
      const csp = policy(`'nonce-${nonce}'`, path, hosts)
      const stranger = isMember(path) && readCookie(cookies, 'session', hosts.siteUrl) === null
      return {
        redirect: stranger ? `${hosts.siteUrl}${paths.login({ next: path + searchOf(url) })}` : null,
        headers: headersFor(path, csp),
        forNext: { 'content-security-policy': csp, 'x-nonce': nonce },
      }
    },
    headersFor: (path, scripts) => headersFor(path, policy(scripts.join(' '), path, hosts)),
  }
}
