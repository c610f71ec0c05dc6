import { AppError, isAppError } from '#errors'

/** Reads a request: who asks, and what is in the body. Only our server sets the trusted headers (`web/trust.ts`). */

/** Bytes: a webhook's event may be large; what browsers send to us is small. */
export const bodyLimits = { json: 64 * 1024, webhook: 512 * 1024 } as const

const requestIdShape = /^[A-Za-z0-9_-]{8,64}$/

/** Set by `web/trust.ts`; a client's own value never arrives here. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given && requestIdShape.test(given) ? given : crypto.randomUUID()
}

/** The client's address as `web/trust.ts` saw it (socket or trusted proxy hops). */
export function clientIpOf(headers: Headers): string {
  return headers.get('x-client-ip') ?? 'unknown'
}

const unsafe = (method: string) => !['GET', 'HEAD', 'OPTIONS'].includes(method)

/**
 * The CSRF rule: an unsafe request needs `Sec-Fetch-Site` same-origin or none, else a matching `Origin`.
 * With neither header it is no browser, and passes only without a session cookie. Throws `foreign_origin`.
 */
export function refuseForeignOrigin(request: Request, siteUrl: string, hasSession: boolean): void {
  if (!unsafe(request.method)) return
  const site = request.headers.get('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return
  if (site !== null) throw new AppError('foreign_origin', `sec-fetch-site ${site}`)
  const origin = request.headers.get('origin')
  if (origin === null ? !hasSession : origin === new URL(siteUrl).origin) return
  throw new AppError('foreign_origin', origin === null ? 'session without origin' : 'origin differs')
}

/**
 * The body's bytes, read as a stream so that an endless one costs at most `limit`. Throws `too_large`,
 * `unsupported_media_type`.
 */
export async function readBytes(request: Request, limit: number): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw new AppError('too_large')
  const encoding = request.headers.get('content-encoding')
  if (encoding && encoding !== 'identity') throw new AppError('unsupported_media_type', `content-encoding ${encoding}`)
  if (!request.body) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  while (true) {
    // A client that closes the connection halfway is no fault of ours.
    const { done, value } = await reader.read().catch((cause) => {
      throw new AppError('invalid_input', 'the body ended early', { cause })
    })
    if (done) return Buffer.concat(chunks, size)
    size += value.byteLength
    if (size > limit) {
      await reader.cancel().catch(() => undefined)
      throw new AppError('too_large')
    }
    chunks.push(value)
  }
}

export type BodyKind = 'json' | 'form' | 'empty'

/** JSON, or a form where the route takes forms. Throws `invalid_input`, `unsupported_media_type`, `too_large`. */
export async function readBody(
  request: Request,
  options: { forms: boolean; limit: number },
): Promise<{ kind: BodyKind; value: unknown }> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  const isForm = type === 'application/x-www-form-urlencoded'
  if (type !== '' && type !== 'application/json' && !(isForm && options.forms))
    throw new AppError('unsupported_media_type', `content-type ${type.slice(0, 80)}`)
  const bytes = await readBytes(request, options.limit)
  if (bytes.length === 0) return { kind: isForm ? 'form' : 'empty', value: {} }
  if (type === '') throw new AppError('unsupported_media_type', 'no content-type')
  if (!isForm) return { kind: 'json', value: readJson(bytes) }
  const form = new URLSearchParams(decode(bytes))
  for (const [name, text] of form) refuseUnstorable(`${name}${text}`)
  return { kind: 'form', value: formToObject(form) }
}

/** Parses strict UTF-8 and JSON whose texts the database can hold. Throws `invalid_input`, also for endless nesting. */
export function readJson(bytes: Buffer): unknown {
  const text = decode(bytes)
  try {
    // Only an escape can bring a NUL or half a character into valid JSON, so most bodies need no check.
    return JSON.parse(text, text.includes('\\u') ? storable : undefined)
  } catch (cause) {
    if (isAppError(cause)) throw cause
    throw new AppError('invalid_input', 'body is not JSON', { fields: { body: 'Das ist kein lesbares JSON.' } })
  }
}

function storable(key: string, value: unknown): unknown {
  refuseUnstorable(key)
  if (typeof value === 'string') refuseUnstorable(value)
  return value
}

/** Throws `invalid_input` for NUL and half of a surrogate pair, which PostgreSQL cannot store and nobody types. */
export function refuseUnstorable(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw new AppError('invalid_input', 'NUL or half a character')
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new AppError('invalid_input', 'body is not UTF-8')
  }
}

/** `consent.startNow=on` → `{ consent: { startNow: true } }`; empty fields count as absent. */
export function formToObject(form: URLSearchParams): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null)
  for (const [name, text] of form) {
    if (text === '' || name.includes('__proto__')) continue
    const value = text === 'on' ? true : text
    const [outer = '', inner] = name.split('.', 2)
    if (inner === undefined) result[outer] = value
    else {
      const nested = (result[outer] ?? {}) as Record<string, unknown>
      if (typeof nested === 'object') result[outer] = { ...nested, [inner]: value }
    }
  }
  return { ...result }
}
