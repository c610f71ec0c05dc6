import { type NextRequest, NextResponse } from 'next/server'
import { cookieName } from '#app/_http/cookies.ts'
import { memberPrefixes, paths } from '#app/_http/paths.ts'
import { type Config, readConfig } from '#config'

/**
 * Next's front door for pages: policy headers with a fresh nonce, and a short way to the login for visitors
 * without a cookie. It grants nothing: every page and route checks the session itself. It must never match
 * `/api`: Next cuts the bodies of matched requests at 10 MB and hands them on. A calendar program has no cookie, and the
 * feed's address must not travel on to the login.
 */
export const config = {
  matcher: [
    '/((?!api/|plan/feed/|_next/static|_next/image|.*\\.(?:ico|png|svg|jpe?g|webp|avif|woff2|txt|xml|vtt|webmanifest|css|js|map)$).*)',
  ],
}

interface Hosts {
  siteUrl: string
  secure: boolean
  /** Where films come from. Without a configured CDN: Bunny's pull zones. */
  films: string
  checkout: string
  upload: string
}

// The constant is put in by Next's compiler: React's development build needs eval and a socket.
const isDev = process.env.NODE_ENV === 'development'

const shared = globalThis as { werkstattHosts?: Hosts }
const hosts = (): Hosts => {
  shared.werkstattHosts ??= hostsOf(readConfig())
  return shared.werkstattHosts
}

const originOf = (url: string) => new URL(url).origin

function hostsOf({ siteUrl, bunny, stripe }: Config): Hosts {
  return {
    siteUrl,
    secure: siteUrl.startsWith('https:'),
    films: bunny.cdnBaseUrl ? originOf(bunny.cdnBaseUrl) : 'https://*.b-cdn.net',
    checkout: stripe.apiBaseUrl ? originOf(stripe.apiBaseUrl) : 'https://checkout.stripe.com',
    upload: originOf(bunny.apiBaseUrl),
  }
}

function policy(nonce: string, path: string, { films, checkout, upload, secure }: Hosts): string {
  const connections = [films, path.startsWith('/admin') ? upload : '', isDev ? 'ws:' : '']
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${isDev ? " 'unsafe-eval'" : ''}`,
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
/** Their URLs carry a token or a session id: it must not travel on as a referrer. */
const isSecretUrl = (path: string) =>
  [paths.loginLink(), paths.thanks(), paths.addressChange(), paths.mailsOff(), paths.certificate('')].some((secret) =>
    path.startsWith(secret),
  )
const isPersonal = (path: string) =>
  isMember(path) || isSecretUrl(path) || /^\/(anmelden|lektionen|widerruf)(\/|$)/.test(path)

function withPolicy(response: NextResponse, path: string, csp: string, { secure }: Hosts): NextResponse {
  const { headers } = response
  headers.set('content-security-policy', csp)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('x-frame-options', 'DENY')
  headers.set('referrer-policy', isSecretUrl(path) ? 'no-referrer' : 'strict-origin-when-cross-origin')
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), browsing-topics=()')
  headers.set('cross-origin-opener-policy', 'same-origin')
  if (secure) headers.set('strict-transport-security', 'max-age=63072000')
  if (isPersonal(path)) headers.set('cache-control', 'private, no-store')
  return response
}

export function proxy(request: NextRequest): NextResponse {
  const own = hosts()
  const { pathname, search } = request.nextUrl
  const nonce = crypto.randomUUID().replaceAll('-', '')
  const csp = policy(nonce, pathname, own)
  if (isMember(pathname) && !request.cookies.get(cookieName('session', own.siteUrl))?.value) {
    const login = new URL(paths.login({ next: pathname + search }), own.siteUrl)
    return withPolicy(NextResponse.redirect(login), pathname, csp, own)
  }
  const headers = new Headers(request.headers)
  // Next finds the nonce for its own scripts in the policy on the request.
  headers.set('content-security-policy', csp)
  headers.set('x-nonce', nonce)
  return withPolicy(NextResponse.next({ request: { headers } }), pathname, csp, own)
}
