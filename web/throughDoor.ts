import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

export type Door = (request: Request, context: object) => Promise<Response>

/** What a connection says about itself is no header of a `Request`. */
const connectionHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host', 'expect'])

/** Hands one node request to a route handler and writes its answer. Rejects only if the handler does. */
export async function throughDoor(
  door: Door,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await door(asWebRequest(origin, request), {})
  const body = Buffer.from(await answer.arrayBuffer())
  if (response.headersSent) return
  response.statusCode = answer.status
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value)
  const cookies = answer.headers.getSetCookie()
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  response.setHeader('content-length', body.length)
  response.end(body)
}

function asWebRequest(origin: string, request: IncomingMessage): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || connectionHeaders.has(name)) continue
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one)
  }
  const method = request.method ?? 'GET'
  const url = new URL(request.url ?? '/', origin)
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers })
  const body = Readable.toWeb(request) as ReadableStream
  return new Request(url, { method, headers, body, duplex: 'half' } as RequestInit)
}
