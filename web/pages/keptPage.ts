import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { acceptedEncoding } from '../encoding.ts'
import type { RenderedPage } from './renderInProcess.ts'

/** A page made once: its answer in three encodings, ready to be sent. */
export interface KeptPage {
  headers: Record<string, string>
  bodies: Record<'identity' | 'gzip' | 'br', { bytes: Buffer; etag: string }>
  /** Bytes in memory. */
  size: number
}

/** Data blocks (`application/json`) run nothing and need no source. */
const inlineScript = /<script(?![^>]*\s(?:src|type)=)[^>]*>([\s\S]*?)<\/script>/g

/** The policy's sources for exactly the inline scripts of this page. */
export function scriptHashes(html: string): string[] {
  const hashes = [...html.matchAll(inlineScript)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  )
  return [...new Set(hashes)]
}

const passedOn = ['content-type', 'link']

/** `headers` are the policy and its companions for these scripts. */
export async function keepPage(
  page: RenderedPage,
  headersFor: (scripts: string[]) => Record<string, string>,
): Promise<KeptPage> {
  const body = Buffer.from(page.html)
  const [br, packed] = await Promise.all([
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      },
    }),
    promisify(gzip)(body, { level: constants.Z_BEST_COMPRESSION }),
  ])
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22)
  const headers: Record<string, string> = { ...headersFor(scriptHashes(page.html)) }
  for (const name of passedOn) if (page.headers[name]) headers[name] = String(page.headers[name])
  return {
    headers,
    bodies: {
      identity: { bytes: body, etag: `"${hash}"` },
      gzip: { bytes: packed, etag: `"${hash}-gzip"` },
      br: { bytes: br, etag: `"${hash}-br"` },
    },
    size: body.length + packed.length + br.length,
  }
}

/** Sends it, or 304 to a browser that has it. */
export function sendKept(page: KeptPage, request: IncomingMessage, response: ServerResponse): void {
  const encoding = acceptedEncoding(request.headers['accept-encoding']) ?? 'identity'
  const { bytes, etag } = page.bodies[encoding]
  const headers: Record<string, string | number> = { ...page.headers, etag, vary: 'accept-encoding, cookie, rsc' }
  const known = request.headers['if-none-match']
  if (known?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)) {
    response.writeHead(304, headers)
    return void response.end()
  }
  if (encoding !== 'identity') headers['content-encoding'] = encoding
  headers['content-length'] = bytes.length
  response.writeHead(200, headers)
  response.end(request.method === 'HEAD' ? undefined : bytes)
}
