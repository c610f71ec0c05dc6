import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import next from 'next'
import type * as Bundle from './site.ts'

/**
 * The web's process: a node server that answers through `build/web.mjs` and lets Next render the pages. Both share the
 * modules loaded once. On SIGTERM it finishes the requests in flight and ends with 0.
 */

const SECOND = 1_000
const HEADERS_MS = 10 * SECOND
const REQUEST_MS = 30 * SECOND
/**
 * Longer than a proxy keeps its idle connections, so that the proxy closes first and no request meets a closing socket.
 */
const KEEP_ALIVE_MS = 75 * SECOND
const STOP_MS = 10 * SECOND
const IDLE_LOOK_MS = 50

/** What the generated entry of the bundle exports (`start/webBundle.ts`). */
type WebBundle = typeof Bundle & {
  routes: Bundle.SiteOptions['routes']
  /** The domain by file name, for the pages. */
  pageModules: Record<string, object>
}

async function start(): Promise<void> {
  const dev = process.argv.includes('--dev')
  const file = path.join(process.cwd(), 'build', ...(dev ? ['dev'] : []), 'web.mjs')
  const bundle = (await import(pathToFileURL(file).href)) as WebBundle
  const { openSite, routes, pageModules, ConfigError } = bundle
  bundle.neverWaitForOutput('web')
  Object.assign(globalThis, { werkstattModules: pageModules })
  let opened: Awaited<ReturnType<typeof openSite>>
  try {
    opened = await openSite({ routes, dev, fail })
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message)
    throw error
  }
  const { site, servePages } = opened

  const server = createServer(
    {
      requestTimeout: REQUEST_MS,
      headersTimeout: HEADERS_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // A client that offers another version (`h2c`) gets its request answered as it is.
      shouldUpgradeCallback: ({ headers }) => /websocket/i.test(headers.upgrade ?? ''),
    },
    site.answer,
  )
  // Only development's hot reload speaks over a socket that stays open.
  if (!dev) server.on('upgrade', (_, socket) => socket.destroy())
  const app = next({
    dev,
    dir: process.cwd(),
    hostname: site.host,
    port: site.port,
    ...(dev && { httpServer: server }),
  })
  await app.prepare()
  servePages(app.getRequestHandler())

  server.listen(site.port, site.host, () => {
    site.log.info({ host: site.host, port: site.port, dev }, 'web ready')
    process.send?.({ type: 'ready' })
  })
  server.once('error', (error: NodeJS.ErrnoException) => fail(listenFailures[error.code ?? ''] ?? String(error.stack)))
  // In development a browser's open hot-reload socket would delay every stop.
  stopOnSignal(server, dev ? 0 : STOP_MS, () => app.close())
}

const listenFailures: Record<string, string> = {
  EADDRINUSE: 'The port is already in use. Stop the other program, or set another PORT.',
  EADDRNOTAVAIL: 'This machine does not have the address in HOST. Set one that it has; 0.0.0.0 means all.',
}

/** SIGTERM: no new connections, what is in flight is finished, then exit 0; after `graceMs` the rest is cut. */
function stopOnSignal(server: ReturnType<typeof createServer>, graceMs: number, close: () => Promise<void>): void {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, graceMs).unref()
    server.close(() => {
      void close()
        .catch(() => {})
        .then(() => process.exit(0))
    })
    // Connections that become idle later would otherwise stay open for their whole keep-alive time.
    setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

start().catch((error: unknown) => fail(error instanceof Error ? String(error.stack) : String(error)))
