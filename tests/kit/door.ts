import type { Handler } from '#app/_http/route.ts'
import type { Platform } from '#platform'
import { type Browser, openBrowser } from './browser.ts'

/**
 * Calls route handlers in this process, without Next, with the headers that a browser sends. For tests of what handlers
 * do; that Next routes to them is tested elsewhere.
 */
export function openDoor(platform: Platform, routes: Record<string, () => Promise<Partial<Record<string, Handler>>>>) {
  ;(globalThis as { werkstatt?: Platform }).werkstatt = platform
  const origin = platform.config.siteUrl

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    for (const [pattern, load] of Object.entries(routes)) {
      const params = match(pattern, pathname)
      if (!params) continue
      const handler = (await load())[request.method]
      return handler ? handler(request, { params: Promise.resolve(params) }) : new Response(null, { status: 405 })
    }
    return new Response(null, { status: 404 })
  }

  /** A fresh browser with its own cookies and address. */
  return (ip = `10.2.${Math.floor(Math.random() * 255)}.${Math.floor(Math.random() * 255)}`): Browser =>
    openBrowser(origin, ip, (url, init) => {
      const headers = new Headers(init?.headers)
      headers.set('x-client-ip', ip)
      headers.set('x-request-id', crypto.randomUUID())
      return answer(new Request(url, { ...init, headers, duplex: 'half' } as RequestInit))
    })
}

function match(pattern: string, pathname: string): Record<string, string> | null {
  const names: string[] = []
  const shape = pattern.replace(/\[(\w+)\]/g, (_, name: string) => {
    names.push(name)
    return '([^/]+)'
  })
  const found = new RegExp(`^${shape}$`).exec(pathname)
  return found && Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]))
}

export type { Browser }
