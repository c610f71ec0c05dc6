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

/** A page on the internet may resolve its own name to 127.0.0.1; only our own names are answered. */
const loopbackNames = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/** Listens on 127.0.0.1; port 0 lets the system choose. Rejects when the port is busy. */
export function serve(app: EmulatorApp, port: number): Promise<Served> {
  const listener = getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false })
  const server = http.createServer((incoming, outgoing) => {
    if (loopbackNames.test(incoming.headers.host ?? '')) return void listener(incoming, outgoing)
    outgoing.writeHead(421, { 'content-type': 'text/plain' }).end('Only loopback names are served here.\n')
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
