import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Hono } from 'hono'

export type EmulatorApp = Hono<{ Bindings: HttpBindings }>

export interface Served {
  port: number
  /** `http://127.0.0.1:<port>` */
  url: string
  /** Ends open connections, hanging ones too. */
  close(): Promise<void>
}

/** Host names that are answered; a foreign page may let its own name resolve to 127.0.0.1. */
const loopbackNames = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request comes from a page of another origin: such a page could post here to pay, refund or switch on
 * faults. Browsers name the origin; programs do not, and are allowed.
 */
function isForeign({ method = '', headers }: http.IncomingMessage): boolean {
  if (reading.has(method)) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return headers.origin !== undefined && headers.origin !== `http://${headers.host}`
}

/**
 * Listens on 127.0.0.1; port 0 lets the system choose. Rejects when the port is busy. What changes state is refused to
 * pages of other origins, except under `open`, a path whose calls are signed.
 */
export function serve(app: EmulatorApp, port: number, open?: string): Promise<Served> {
  const listener = getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false })
  const server = http.createServer((incoming, outgoing) => {
    const refuse = (status: number, sentence: string) =>
      void outgoing.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${sentence}\n`)
    if (!loopbackNames.test(incoming.headers.host ?? '')) return refuse(421, 'Only loopback names are served here.')
    // Resolved as the app does it, because a raw path may contain `..`.
    const signed = open !== undefined && new URL(incoming.url ?? '/', 'http://a').pathname.startsWith(open)
    if (!signed && isForeign(incoming)) return refuse(403, 'A page of another origin must not change anything here.')
    listener(incoming, outgoing)
  })
  server.requestTimeout = 0 // hanging is one of our faults, uploads may be slow
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const actual = (server.address() as AddressInfo).port
      resolve({
        port: actual,
        url: `http://127.0.0.1:${actual}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            server.closeAllConnections()
          }),
      })
    })
  })
}
