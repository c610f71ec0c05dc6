import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

export interface RawAnswer {
  status: number
  headers: IncomingMessage['headers']
  text: string
  error: { code: string; message: string; requestId: string; fields?: Record<string, string> } | null
}

/**
 * A request exactly as written: no header of its own, any method, a path that nobody normalises, and on demand a
 * streamed body without a length. `fetch` allows none of that.
 */
export function knock(
  origin: string,
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string | Buffer; chunked?: boolean } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin)
  const body = options.body === undefined ? undefined : Buffer.from(options.body)
  const announced = body && !options.chunked ? { 'content-length': String(body.length) } : {}
  return new Promise((resolve, reject) => {
    const headers = { ...options.headers, ...announced }
    let answered = false
    const sent = httpRequest({ hostname, port, method, path, headers }, async (response) => {
      answered = true
      try {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, error: errorIn(text) })
      } catch (error) {
        reject(error)
      }
    })
    // A server that refuses early closes while we still send: what counts is its answer.
    sent.on('error', (error) => !answered && reject(error))
    if (body && options.chunked) Readable.from(piecesOf(body)).pipe(sent)
    else sent.end(body)
  })
}

function* piecesOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += 16_384) yield body.subarray(at, at + 16_384)
}

function errorIn(text: string): RawAnswer['error'] {
  try {
    return (JSON.parse(text) as { error?: RawAnswer['error'] }).error ?? null
  } catch {
    return null
  }
}
