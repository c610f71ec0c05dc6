import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { randomId, seededRandom } from './random.ts'
import type { Store } from './store.ts'

/**
 * A fault says what goes wrong, where (`api`: incoming calls, `delivery`: outgoing webhooks), for which path or event
 * type, and how often.
 */

const kinds = ['delay', 'drop', 'duplicate', 'reorder', 'status', 'hang', 'cut', 'reset'] as const

export const faultInput = z.strictObject({
  /**
   * delay: wait `ms` first. drop (delivery): never sent, no retry. duplicate (delivery): `copies` at once. reorder
   * (delivery): gather for `ms`, then send in another order. status: answer `status`. hang: no answer for `ms`
   * (default: for ever). cut: half of the answer's body, then the connection ends. reset: TCP reset.
   */
  kind: z.enum(kinds),
  /** Default: `delivery` for delay, drop, duplicate, reorder; `api` otherwise. Both can be delayed. */
  on: z.enum(['api', 'delivery']).optional(),
  /** api: a path or `METHOD /path`; delivery: an event type. `*` stands for anything; absent = all. */
  match: z.string().max(200).optional(),
  /** The fault ends after happening so many times; absent: when it is removed. */
  times: z.int().min(1).optional(),
  /** Probability with which it happens, from the seeded random numbers. Default 1. */
  chance: z.number().min(0).max(1).optional(),
  ms: z.int().min(0).max(600_000).optional(),
  status: z.int().min(400).max(599).optional(),
  /** Seconds, for `status` 429 and 503: becomes `Retry-After`. */
  retryAfter: z.int().min(0).optional(),
  /**
   * For `status`: the vendor's own name of the error (`daily_quota_exceeded`), or `html` for a body that is no JSON.
   */
  code: z.string().max(60).optional(),
  copies: z.int().min(2).max(20).optional(),
  /** status, hang, reset on `api`: `after` = the work is done and stored, only its answer is lost. Default `before`. */
  when: z.enum(['before', 'after']).optional(),
})

export type FaultInput = z.infer<typeof faultInput>
export type Fault = FaultInput & { id: string; on: 'api' | 'delivery'; hits: number }

export interface Faults {
  add(input: FaultInput): Fault
  list(): Fault[]
  remove(id: string): void
  clear(): void
  /** The faults that happen now for this label, in the order in which they were added; each is counted. */
  strike(on: Fault['on'], label: string, only?: (fault: Fault) => boolean): Fault[]
  random: ReturnType<typeof seededRandom>
}

function fits(pattern: string | undefined, label: string): boolean {
  if (!pattern || pattern === '*') return true
  const expression = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const whole = new RegExp(`^${expression.join('.*')}$`)
  return whole.test(label) || whole.test(label.replace(/^[A-Z]+ /, ''))
}

/** The faults of one emulator; they are in the emulator's store, so they survive a restart. */
export function createFaults(store: Store, seed = 1): Faults {
  const table = store.table<Fault>('faults')
  const random = seededRandom(seed)
  return {
    random,
    add(input) {
      const delivery = ['delay', 'drop', 'duplicate', 'reorder'].includes(input.kind)
      return table.put({
        ...input,
        id: `fault_${randomId(8)}`,
        on: input.on ?? (delivery ? 'delivery' : 'api'),
        hits: 0,
      })
    },
    list: () => table.all(),
    remove: (id) => table.remove(id),
    clear() {
      for (const fault of table.all()) table.remove(fault.id)
    },
    strike(on, label, only = () => true) {
      if (table.size === 0) return []
      return table.all().filter((fault) => {
        if (fault.on !== on || !fits(fault.match, label) || !only(fault)) return false
        if (fault.chance !== undefined && random.next() >= fault.chance) return false
        fault.hits++
        if (fault.times !== undefined && fault.hits >= fault.times) table.remove(fault.id)
        else table.put(fault)
        return true
      })
    },
  }
}

export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

type Http = Context<{ Bindings: HttpBindings }>

/**
 * A response that makes the node adapter leave the socket alone. A new one each time, because middleware may change it.
 */
const untouched = () => new Response(null, { headers: { 'x-hono-already-sent': 'true' } })

function hang(c: Http, ms: number | undefined): Response {
  if (ms !== undefined) setTimeout(() => c.env.outgoing.destroy(), ms).unref()
  return untouched()
}

function reset(c: Http): Response {
  c.env.incoming.socket.resetAndDestroy()
  return untouched()
}

async function cut(c: Http): Promise<Response> {
  const bytes = Buffer.from(await c.res.arrayBuffer())
  const headers: Record<string, string> = {}
  c.res.headers.forEach((value, name) => {
    headers[name] = value
  })
  c.env.outgoing.writeHead(c.res.status, { ...headers, 'content-length': String(bytes.length) })
  c.env.outgoing.write(bytes.subarray(0, bytes.length >> 1), () => c.env.outgoing.destroy())
  return untouched()
}

/**
 * Middleware that makes `api` faults happen. `answer` gives a `status` fault the vendor's form. Only for the vendor's
 * API paths, not for `/_…` and the pages.
 */
export function faultyApi(
  faults: Faults,
  answer: (c: Http, fault: Fault & { status: number }) => Response,
): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    const struck = faults.strike('api', `${c.req.method} ${c.req.path}`)
    const strike = async (fault: Fault): Promise<Response | null> => {
      if (fault.kind === 'status') return answer(c, { ...fault, status: fault.status ?? 500 })
      if (fault.kind === 'hang') return hang(c, fault.ms)
      if (fault.kind === 'reset') return reset(c)
      return null
    }
    for (const fault of struck) {
      if (fault.kind === 'delay') await wait(fault.ms ?? 1000)
      if (fault.when === 'after') continue
      const instead = await strike(fault)
      if (instead) return instead
    }
    await next()
    for (const fault of struck) {
      const instead = fault.kind === 'cut' ? await cut(c) : fault.when === 'after' ? await strike(fault) : null
      if (!instead) continue
      c.res = undefined
      c.res = instead
      return
    }
  }
}
