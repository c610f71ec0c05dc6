import { createHash } from 'node:crypto'
import type { Context } from 'hono'

export interface Ranged {
  bytes: Buffer
  type: string
}

const etags = new WeakMap<Buffer, string>()

export function etagOf(bytes: Buffer): string {
  const known = etags.get(bytes)
  if (known) return known
  const etag = `"${createHash('sha1').update(bytes).digest('base64url')}"`
  etags.set(bytes, etag)
  return etag
}

/** `bytes=a-b`, `bytes=a-`, `bytes=-n`; null = whole, 'unsatisfiable' = 416. Several ranges at once: whole. */
function readRange(header: string | undefined, size: number): [number, number] | null | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]))
  return start > end || start >= size ? 'unsatisfiable' : [start, end]
}

/** 200, 206 with the asked part, 304, or 416. HEAD gets the same headers without a body. */
export function ranged(c: Context, file: Ranged): Response {
  const { bytes, type } = file
  c.header('accept-ranges', 'bytes')
  c.header('content-type', type)
  if (c.req.header('if-none-match') === etagOf(bytes)) return c.body(null, 304)
  const range = readRange(c.req.header('range'), bytes.length)
  if (range === 'unsatisfiable') return c.body(null, 416, { 'content-range': `bytes */${bytes.length}` })
  const [start, end] = range ?? [0, bytes.length - 1]
  const part = new Uint8Array(bytes.subarray(start, end + 1))
  const headers: Record<string, string> = { 'content-length': String(part.length) }
  if (range) headers['content-range'] = `bytes ${start}-${end}/${bytes.length}`
  const code = range ? 206 : 200
  return c.req.method === 'HEAD' ? c.body(null, code, headers) : c.body(part, code, headers)
}
