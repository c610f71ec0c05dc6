import { createHash } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import type { KeyRow, World } from './types.ts'
import { ResendError } from './validate.ts'

/** Middleware for every call: key, rate limit, Idempotency-Key. */
export type Variables = { payload: unknown; payloadHash: string; keyRow: KeyRow | null }
export type Bindings = { Bindings: HttpBindings; Variables: Variables }
export type Http = Context<Bindings>

/** The default rate limit, which nobody reaches; its headers are sent all the same. */
export const unlimited = 1_000_000
const windowMs = 1000
const keyLifeMs = 24 * 60 * 60 * 1000
const maxKeyLength = 256
const maxBodyBytes = 40 * 1024 * 1024

/** `{ statusCode, name, message }`, as Resend answers an error. */
export function refuse(c: Context, status: number, name: string, message: string): Response {
  c.header('x-note', name)
  return c.json({ statusCode: status, name, message }, status as 400)
}

/** Accepts only the configured key; a real one is refused like any other. */
export function keyDoor(world: World): MiddlewareHandler<Bindings> {
  return async (c, next) => {
    const given = c.req.header('authorization')
    if (!given) return refuse(c, 401, 'missing_api_key', 'Missing API key in the authorization header.')
    if (given !== `Bearer ${world.config.apiKey}`) return refuse(c, 403, 'invalid_api_key', 'API key is invalid.')
    await next()
  }
}

/** A fixed window of one second for all keys together; its headers are on every answer. */
export function rateDoor(world: World): MiddlewareHandler<Bindings> {
  let windowStart = 0
  let used = 0
  return async (c, next) => {
    const now = Date.now()
    if (now - windowStart >= windowMs) [windowStart, used] = [now, 0]
    const limit = world.settings.get('settings')?.rateLimit ?? unlimited
    const reset = String(Math.max(1, Math.ceil((windowStart + windowMs - now) / 1000)))
    const over = used >= limit
    if (!over) used++
    if (over) {
      c.res = refuse(
        c,
        429,
        'rate_limit_exceeded',
        `Too many requests. You can only make ${limit} requests per second.`,
      )
      c.res.headers.set('retry-after', reset)
    } else await next()
    if (c.res.headers.has('x-hono-already-sent')) return
    c.res.headers.set('ratelimit-limit', String(limit))
    c.res.headers.set('ratelimit-remaining', String(Math.max(0, limit - used)))
    c.res.headers.set('ratelimit-reset', reset)
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}

/** A hash of the payload, whatever the order of its fields. */
const hashOf = (payload: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(sorted(payload)) ?? '')
    .digest('hex')

async function readPayload(c: Http): Promise<unknown> {
  const text = await c.req.text()
  if (text.length > maxBodyBytes) throw new ResendError(413, 'validation_error', 'The request body is too large.')
  try {
    return JSON.parse(text)
  } catch {
    throw new ResendError(400, 'validation_error', 'The request body is not valid JSON.')
  }
}

/**
 * Reads the body and guards the Idempotency-Key for 24 hours: same payload → the stored answer, another payload → 409,
 * first call still running → 409. A call that was refused frees its key again (Resend does not say; docs/emulators.md).
 */
export function idempotencyDoor(world: World): MiddlewareHandler<Bindings> {
  return async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (key !== undefined && (key.length < 1 || key.length > maxKeyLength))
      return refuse(c, 400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
    const payload = await readPayload(c)
    c.set('payload', payload)
    c.set('payloadHash', hashOf(payload))
    c.set('keyRow', null)
    if (key === undefined) return next()

    const id = `${c.req.path} ${key}`
    const earlier = world.keys.get(id)
    if (earlier && Date.now() - earlier.at < keyLifeMs) {
      if (earlier.hash !== c.get('payloadHash'))
        return refuse(
          c,
          409,
          'invalid_idempotent_request',
          'This idempotency key has been used on a request that had a different payload.',
        )
      if (!earlier.answer)
        return refuse(
          c,
          409,
          'concurrent_idempotent_requests',
          'Another request with the same idempotency key is currently in progress.',
        )
      c.header('x-note', 'idempotent replay')
      return c.json(earlier.answer)
    }
    const row: KeyRow = { id, hash: c.get('payloadHash'), answer: null, at: Date.now() }
    world.keys.put(row)
    c.set('keyRow', row)
    try {
      await next()
    } finally {
      if (!row.answer && world.keys.get(id) === row) world.keys.remove(id)
    }
  }
}
