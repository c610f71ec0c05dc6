import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import next from 'next'
import { whileAnswering } from '#app/_http/pageStatus.ts'
import { createLog, maskIp, withoutSecrets } from '#libs/log.ts'
import { neverWaitForOutput } from '#libs/output.ts'
import { ConfigError, isLoopback, readConfig } from '../config.ts'
import { bodyLimit, limitBody } from './bodyLimit.ts'
import { clientAddress } from './clientAddress.ts'
import { type Door, throughDoor } from './throughDoor.ts'

/**
 * The node server around Next. It decides who the client is, how long and how much one may send, and how the
 * process ends, and answers the busiest doors itself; everything else is Next's. Ends with 0 on SIGTERM after the
 * requests in flight.
 */

const SECOND = 1_000
const HEADERS_MS = 10 * SECOND
const REQUEST_MS = 30 * SECOND
/** Longer than a proxy keeps its idle connections, so that the proxy closes first and no request meets a closing socket. */
const KEEP_ALIVE_MS = 75 * SECOND
const STOP_MS = 10 * SECOND
const IDLE_LOOK_MS = 50
const URL_CHARACTERS = 4_096

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** What only we or a trusted proxy may say; a client's own words never reach a route. */
const oursAlone = ['x-client-ip', 'x-request-id']
const proxysAlone = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'forwarded',
  'x-real-ip',
]

const refusals = {
  method: [405, 'method_not_allowed', 'Diese Art von Anfrage gibt es hier nicht.'],
  size: [413, 'too_large', 'Das ist zu groß. Schick bitte weniger auf einmal.'],
  length: [414, 'invalid_input', 'Diese Adresse ist zu lang.'],
  address: [400, 'invalid_input', 'Diese Adresse ist nicht lesbar. Prüfe, ob sie vollständig ist.'],
} as const
/** How long a sender of too much may go on sending while our answer reaches it. */
const LINGER_MS = 2 * SECOND

async function start(): Promise<void> {
  neverWaitForOutput('web')
  const dev = process.argv.includes('--dev')
  const config = readConfig()
  const log = createLog('web', config.logLevel)
  const host = isLoopback(new URL(config.siteUrl).hostname) ? '127.0.0.1' : undefined

  const server = createServer({
    requestTimeout: REQUEST_MS,
    headersTimeout: HEADERS_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  })
  const app = next({ dev, dir: process.cwd(), hostname: host ?? '0.0.0.0', port: config.port, httpServer: server })
  await app.prepare()
  const handle = app.getRequestHandler()
  const doorFor = dev ? () => null : await openDoors()

  server.on('request', (request, response) => {
    const requestId = randomUUID()
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const client = trustHeaders(request, config.trustedProxyHops, requestId)
    response.setHeader('x-request-id', requestId)
    response.setHeader('x-content-type-options', 'nosniff')
    if (config.siteUrl.startsWith('https:')) response.setHeader('strict-transport-security', 'max-age=63072000')
    if (path.startsWith('/api/')) explainWrongMethod(response, requestId)
    logWhenDone(request, response, { requestId, client })

    const refuse = (why: keyof typeof refusals) => answerRefusal(request, response, why, requestId)
    if (!methods.has(request.method ?? '')) return void refuse('method')()
    if ((request.url?.length ?? 0) > URL_CHARACTERS) return void refuse('length')()
    if (!isReadable(path)) return void refuse('address')()
    if (!limitBody(request, bodyLimit(path), () => refuse('size'))) {
      request.once('end', refuse('size')).resume()
      return
    }
    const door = doorFor(request.method ?? '', path)
    const answered = door
      ? throughDoor(door, config.siteUrl, request, response)
      : whileAnswering(response, () => handle(request, response))
    answered.catch((error: unknown) => {
      log.error({ err: error, requestId }, 'request failed outside of its handler')
      if (!response.headersSent) response.statusCode = 500
      response.end()
    })
  })

  function logWhenDone(request: IncomingMessage, response: ServerResponse, who: { requestId: string; client: string }) {
    const began = performance.now()
    const path = withoutSecrets(request.url ?? '/').slice(0, 300)
    // In development Next prints a line of its own.
    if (dev || path.startsWith('/_next/')) return
    response.once('close', () => {
      log.info(
        {
          requestId: who.requestId,
          method: request.method,
          path,
          status: response.statusCode,
          ms: Math.round((performance.now() - began) * 10) / 10,
          ip: maskIp(who.client),
          ...(!response.writableFinished && { cut: true }),
        },
        'request',
      )
    })
  }

  server.listen(config.port, host, () => {
    log.info({ port: config.port, dev }, 'web ready')
    process.send?.({ type: 'ready' })
  })
  server.once('error', (error) => fail(error))
  // In development a browser's open hot-reload socket would hold up every stop.
  stopOnSignal(server, dev ? 0 : STOP_MS, () => app.close())
}

/** By `import()` of the bundle: from source its libraries would cost half a second and 254 MB. */
async function openDoors(): Promise<(method: string, path: string) => Door | null> {
  const file = join(process.cwd(), 'build', 'doors.mjs')
  const bundle = (await import(pathToFileURL(file).href)) as { doorFor(method: string, path: string): Door | null }
  return bundle.doorFor
}

/**
 * Next answers a wrong method without a body; every refusal of the API has the same shape. Its compression sends the
 * headers before the end, so the type is set with them and the body follows.
 */
function explainWrongMethod(response: ServerResponse, requestId: string): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse
  const isEmpty405 = () => response.statusCode === 405 && !response.hasHeader('content-type')
  let explained = false
  response.writeHead = ((...args: unknown[]) => {
    if (isEmpty405()) {
      explained = true
      response.setHeader('content-type', 'application/json')
      response.setHeader('cache-control', 'no-store')
    }
    return writeHead(...args)
  }) as typeof response.writeHead
  response.end = ((...args: unknown[]) => {
    if (!response.headersSent && isEmpty405()) response.writeHead(405)
    if (!explained || args.some((arg) => typeof arg !== 'function' && arg)) return end(...args)
    const [, code, message] = refusals.method
    return end(JSON.stringify({ error: { code, message, requestId } }))
  }) as typeof response.end
}

/** Replaces what a client may not say, returns its true address. */
function trustHeaders(request: IncomingMessage, hops: number, requestId: string): string {
  const { headers } = request
  const forwarded = headers['x-forwarded-for']
  const client = clientAddress(
    Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
    request.socket.remoteAddress ?? '0.0.0.0',
    hops,
  )
  for (const name of oursAlone) delete headers[name]
  if (hops === 0) for (const name of proxysAlone) delete headers[name]
  headers['x-forwarded-for'] = client
  headers['x-client-ip'] = client
  headers['x-request-id'] = requestId
  return client
}

/** Next answers 500 to a broken escape, and no row can hold a NUL. */
function isReadable(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes('\0')
  } catch {
    return false
  }
}

/**
 * Answers in the error shape. What it returns closes the connection: at once, or for too large a body when the
 * sender is through (at most `LINGER_MS`), because closing on somebody who still sends would lose them our answer.
 */
function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  why: keyof typeof refusals,
  requestId: string,
): () => void {
  const [status, code, message] = refusals[why]
  if (response.headersSent) return () => request.destroy()
  const body = JSON.stringify({ error: { code, message, requestId } })
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...(status === 405 && { allow: [...methods].join(', ') }),
  })
  response.write(body)
  const close = () => void response.end()
  if (why === 'size') setTimeout(close, LINGER_MS).unref()
  return close
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
    // A connection that becomes idle only now would otherwise be kept for its whole keep-alive time.
    setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function fail(error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`)
  else if (code === 'EADDRINUSE')
    process.stderr.write('The port is already in use. Stop the other program, or set another PORT.\n')
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
}

start().catch(fail)
