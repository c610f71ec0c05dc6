import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Refused } from '#app/_http/pageStatus.ts'
import { acceptedEncoding } from './encoding.ts'
import { isNavigation, readRefusal, refusedPage } from './refusedPage.ts'
import type { Handler, Match } from './routeTable.ts'

/** Headers about the connection, which a `Request` must not have. */
const connectionHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'expect'])

/** Content types that are sent in one piece with their length; everything else is streamed. */
const isText = /^(application\/(json|manifest\+json|xml)|text\/(?!event-stream))/
/** Bytes from which compressing pays: a smaller answer fits into one packet anyway. */
const COMPRESS_FROM = 1_024
const packers = {
  br: (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes),
}

export interface Route {
  handler: Handler
  params: Match['params']
  /** Our own origin. */
  origin: string
  /** Answers a refusal as a page instead of JSON. */
  showRefused(refused: Refused): Promise<void>
}

/** Hands one node request to a route handler and writes its answer. Rejects only if the handler does. */
export async function answerRoute(
  { handler, params, origin, showRefused }: Route,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const answer = await handler(asWebRequest(origin, request, gone.signal), { params: Promise.resolve(params) })
  if (response.headersSent || response.destroyed) return void (await answer.body?.cancel())
  const refusal = isNavigation(request) ? await readRefusal(answer) : null
  response.statusCode = answer.status
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value)
  const cookies = answer.headers.getSetCookie()
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  if (refusal) {
    response.removeHeader('content-type')
    return showRefused(refusedPage(refusal, answer.status, origin, request))
  }
  if (!answer.body) {
    if (answer.status !== 204 && answer.status !== 304) response.setHeader('content-length', 0)
    return void response.end()
  }
  if (isText.test(answer.headers.get('content-type') ?? '') || mustBeWhole(answer, request))
    return sendWhole(answer, request, response)
  if (request.method === 'HEAD') {
    await answer.body.cancel()
    return void response.end()
  }
  response.flushHeaders()
  // A client that disconnects is no fault of the handler; the pipeline cancels the source.
  await pipeline(Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream), response).catch(() => {})
}

/** Whether a cut answer would look whole: HTTP/1.0, which many proxies still use, ends a body by closing. */
const mustBeWhole = (answer: Response, request: IncomingMessage) =>
  request.httpVersionMinor === 0 && answer.headers.has('content-disposition')

async function sendWhole(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const plain = Buffer.from(await answer.arrayBuffer())
  const isPackable = plain.length >= COMPRESS_FROM && isText.test(answer.headers.get('content-type') ?? '')
  const kind = isPackable ? packingOf(request, answer) : null
  if (isPackable) response.appendHeader('vary', 'accept-encoding')
  const body = kind ? await packers[kind](plain) : plain
  if (kind) response.setHeader('content-encoding', kind)
  response.setHeader('content-length', body.length)
  response.end(request.method === 'HEAD' ? undefined : body)
}

function packingOf(request: IncomingMessage, answer: Response): keyof typeof packers | null {
  if (answer.headers.get('cache-control')?.includes('no-transform')) return null
  return acceptedEncoding(request.headers['accept-encoding'])
}

function asWebRequest(origin: string, request: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || connectionHeaders.has(name)) continue
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one)
  }
  const method = request.method ?? 'GET'
  const url = new URL(`${origin}${request.url ?? '/'}`)
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal })
  const body = Readable.toWeb(request) as ReadableStream
  return new Request(url, { method, headers, body, signal, duplex: 'half' } as RequestInit)
}
