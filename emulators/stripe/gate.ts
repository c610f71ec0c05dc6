import { createHash, timingSafeEqual } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { type Fault, faultyApi } from '../kit/faults.ts'
import { StripeRefusal } from './errors.ts'
import { type Form, parseForm, sortedForm } from './form.ts'
import { newId, type World } from './world.ts'

export interface ApiVariables {
  requestId: string
  raw: string
  form: Form
  idempotencyKey: string | null
}

export type ApiEnv = { Bindings: HttpBindings; Variables: ApiVariables }
export type ApiContext = Context<ApiEnv>

const maxBodyBytes = 1_000_000
const keyLifeMs = 24 * 60 * 60 * 1000

function keyOf(c: Context): string | null {
  const header = c.req.header('authorization') ?? ''
  if (/^bearer /i.test(header)) return header.slice(7).trim()
  if (/^basic /i.test(header)) return Buffer.from(header.slice(6), 'base64').toString().split(':')[0] ?? null
  return null
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return timingSafeEqual(a as Buffer, b as Buffer)
}

function checkCaller(c: Context, secretKey: string): void {
  const key = keyOf(c)
  if (!key)
    throw new StripeRefusal(
      401,
      'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.',
    )
  if (!sameText(key, secretKey)) {
    const shown = key.length > 12 ? `${key.slice(0, 8)}${'*'.repeat(8)}${key.slice(-4)}` : '****'
    throw new StripeRefusal(401, `Invalid API Key provided: ${shown}`)
  }
  const version = c.req.header('stripe-version')
  if (version && !/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(version))
    throw new StripeRefusal(400, `Invalid Stripe API version: ${version}.`)
}

export function sendRefusal(c: ApiContext, refusal: StripeRefusal): Response {
  return c.json(refusal.body(c.get('requestId')), refusal.status as 400)
}

/** The first middleware: request id, headers, body, key. */
export function readCall(world: World, apiVersion: string): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const requestId = newId('req', 14)
    const key = c.req.header('idempotency-key') ?? null
    c.set('requestId', requestId)
    c.set('idempotencyKey', key)
    c.header('request-id', requestId)
    c.header('stripe-version', c.req.header('stripe-version') ?? apiVersion)
    if (key) c.header('idempotency-key', key)
    checkCaller(c, world.config.secretKey)
    if (key && key.length > 255)
      throw new StripeRefusal(400, 'Idempotency keys must be at most 255 characters.', {
        type: 'invalid_request_error',
      })
    const raw = c.req.method === 'GET' ? new URL(c.req.url).search.slice(1) : await c.req.text()
    if (raw.length > maxBodyBytes) throw new StripeRefusal(413, 'Request too large.')
    c.set('raw', raw)
    c.set('form', parseForm(raw))
    await next()
  }
}

function remember(world: World, c: ApiContext, status: number, body: string): void {
  const key = c.get('idempotencyKey')
  if (!key || c.req.method !== 'POST' || world.answers.get(key)) return
  world.answers.put({
    id: key,
    fingerprint: fingerprint(c),
    status,
    body,
    requestId: c.get('requestId'),
    at: Date.now(),
  })
}

const fingerprint = (c: ApiContext) =>
  createHash('sha256')
    .update(`${c.req.path}?${sortedForm(c.get('raw'))}`)
    .digest('base64url')

/** Of two simultaneous calls with one idempotency key the second gets 409 until the first is done. */
export function oneAtATime(): MiddlewareHandler<ApiEnv> {
  const busy = new Set<string>()
  return async (c, next) => {
    const key = c.req.method === 'POST' ? c.get('idempotencyKey') : null
    if (key && busy.has(key))
      throw new StripeRefusal(409, 'There is currently another in-progress request using this idempotency key.', {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
      })
    if (key) busy.add(key)
    try {
      await next()
    } finally {
      if (key) busy.delete(key)
    }
  }
}

/**
 * Faults in the form of Stripe's errors. A 500 counts as begun work, so it is stored under its key; 429 and 503 not.
 */
export function stripeFaults(world: World): MiddlewareHandler<ApiEnv> {
  const answer = (context: Context, fault: Fault & { status: number }): Response => {
    const c = context as ApiContext
    const refusal =
      fault.status === 429
        ? new StripeRefusal(
            429,
            'Request rate limit exceeded. Learn more about rate limits here https://docs.stripe.com/rate-limits.',
            {
              code: 'rate_limit',
            },
          )
        : new StripeRefusal(fault.status, 'An unknown error occurred (emulated).', {
            type: fault.status >= 500 ? 'api_error' : 'invalid_request_error',
          })
    if (fault.retryAfter !== undefined) c.header('retry-after', String(fault.retryAfter))
    if (fault.status === 409) c.header('stripe-should-retry', 'true')
    if (fault.status === 500) remember(world, c, 500, JSON.stringify(refusal.body(c.get('requestId'))))
    return sendRefusal(c, refusal)
  }
  return faultyApi(world.faults, answer) as unknown as MiddlewareHandler<ApiEnv>
}

/** The stored answer for a known key, else the work and its storage. Refused parameters are not stored. */
export function replay(world: World): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const key = c.req.method === 'POST' ? c.get('idempotencyKey') : null
    if (!key) return next()
    const known = world.answers.get(key)
    if (known && known.at > Date.now() - keyLifeMs) {
      if (known.fingerprint !== fingerprint(c))
        throw new StripeRefusal(
          400,
          `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
          { type: 'idempotency_error' },
        )
      c.header('idempotent-replayed', 'true')
      c.header('original-request', known.requestId)
      return c.body(known.body, known.status as 200, { 'content-type': 'application/json' })
    }
    if (known) world.answers.remove(key)
    await next()
    if (c.res.status < 400 || c.res.status >= 500) remember(world, c, c.res.status, await c.res.clone().text())
  }
}
