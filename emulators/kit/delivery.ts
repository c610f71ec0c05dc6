import http from 'node:http'
import https from 'node:https'
import type { Fault, Faults } from './faults.ts'
import type { Store, Table } from './store.ts'

export interface Attempt {
  /** Milliseconds since 1970. */
  at: number
  /** 0 = no answer. */
  status: number
  ms: number
  error?: string
  reason: 'first' | 'retry' | 'manual' | 'copy'
}

export interface Delivery {
  /** The event's id: one delivery row per event. */
  id: string
  type: string
  url: string
  /** waiting: another try will come; failed: no tries are left; dropped: by a fault. */
  state: 'waiting' | 'delivered' | 'failed' | 'dropped'
  attempts: Attempt[]
  /** Milliseconds since 1970; null when nothing is planned. */
  nextAt: number | null
}

export interface DeliveryOptions {
  store: Store
  faults: Faults
  /** null = no endpoint: nothing is sent, nothing is recorded. */
  url: () => string | null
  /** The exact bytes of the event. Called for every attempt; must always give the same text. */
  body: (eventId: string) => string | null
  /** Headers for this attempt with its signature: a retry is signed again with its own time. */
  sign: (body: string, delivery: Delivery) => Record<string, string>
  /** Pauses in ms after the first, second, … failed attempt. When they are used up the delivery is `failed`. */
  retryPlan?: number[]
  timeoutMs?: number
  maxParallel?: number
  /** After the row's state changed. */
  onChange?: (delivery: Delivery) => void
}

export interface Deliverer {
  readonly table: Table<Delivery>
  /** Sends in the background. Resolves with the row after its first attempt (or when it was dropped), never rejects. */
  deliver(eventId: string, type: string): Promise<Delivery | null>
  /**
   * One more attempt at once, whatever the state („Noch einmal senden“); planned retries stay planned, as at Stripe.
   */
  resend(eventId: string): Promise<Delivery | null>
  /** True when nothing is under way, waiting or gathered. */
  idle(): boolean
  close(): void
}

const defaultRetryPlan = [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 120_000, 300_000]

const defaults = { timeoutMs: 20_000, maxParallel: 64 }

/**
 * Signed webhook deliveries with retries, faults and a record of every attempt; what was waiting goes on after a
 * restart. One closure, because every step of it moves the same list of waiting deliveries.
 */
export function createDeliverer(options: DeliveryOptions): Deliverer {
  const table = options.store.table<Delivery>('deliveries')
  const plan = options.retryPlan ?? defaultRetryPlan
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: options.maxParallel ?? defaults.maxParallel }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: options.maxParallel ?? defaults.maxParallel }),
  }
  const timers = new Map<string, NodeJS.Timeout>()
  let gathered: (() => void)[] = []
  let gathering: NodeJS.Timeout | null = null
  let underWay = 0
  let closed = false

  const save = (delivery: Delivery) => {
    table.put(delivery)
    options.onChange?.(delivery)
  }

  function post(delivery: Delivery, body: string): Promise<{ status: number; error?: string }> {
    const target = new URL(delivery.url)
    const secure = target.protocol === 'https:'
    return new Promise((resolve) => {
      const request = (secure ? https : http).request(target, {
        method: 'POST',
        agent: secure ? agents['https:'] : agents['http:'],
        timeout: options.timeoutMs ?? defaults.timeoutMs,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          ...options.sign(body, delivery),
        },
      })
      request.on('response', (response) => {
        response.resume()
        response.on('close', () => resolve({ status: response.statusCode ?? 0 }))
      })
      request.on('timeout', () => request.destroy(new Error('timeout')))
      request.on('error', (error: NodeJS.ErrnoException) => resolve({ status: 0, error: error.code ?? error.message }))
      request.end(body)
    })
  }

  function planNext(delivery: Delivery): void {
    const pause =
      plan[delivery.attempts.filter((attempt) => attempt.reason !== 'manual' && attempt.reason !== 'copy').length - 1]
    delivery.state = pause === undefined ? 'failed' : 'waiting'
    delivery.nextAt = pause === undefined ? null : Date.now() + pause
    if (delivery.nextAt !== null) schedule(delivery)
  }

  function schedule(delivery: Delivery): void {
    if (closed || delivery.nextAt === null) return
    clearTimeout(timers.get(delivery.id))
    const timer = setTimeout(
      () => {
        timers.delete(delivery.id)
        if (table.get(delivery.id)?.state === 'waiting') void attempt(delivery, 'retry')
      },
      Math.max(0, delivery.nextAt - Date.now()),
    )
    timers.set(delivery.id, timer.unref())
  }

  async function attempt(delivery: Delivery, reason: Attempt['reason']): Promise<Delivery> {
    const body = options.body(delivery.id)
    if (body === null || closed) return delivery
    const at = Date.now()
    underWay++
    const answer = await post(delivery, body)
    underWay--
    if (closed || table.get(delivery.id) !== delivery) return delivery // a reset came in between
    delivery.attempts.push({ at, ms: Date.now() - at, reason, ...answer })
    if (answer.status >= 200 && answer.status < 300) {
      delivery.state = 'delivered'
      if (reason !== 'manual') delivery.nextAt = null
    } else if (delivery.state !== 'delivered' && (reason === 'first' || reason === 'retry')) planNext(delivery)
    save(delivery)
    return delivery
  }

  /** Waits until deliveries were gathered for this time; they then start in another order. */
  function gather(ms: number): Promise<void> {
    gathering ??= setTimeout(() => {
      const starts = options.faults.random.shuffle(gathered)
      gathered = []
      gathering = null
      for (const start of starts) start()
    }, ms)
    return new Promise((resolve) => gathered.push(resolve))
  }

  async function first(delivery: Delivery, struck: Fault[]): Promise<Delivery> {
    for (const fault of struck) {
      if (fault.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1000))
      if (fault.kind === 'reorder') await gather(fault.ms ?? 500)
    }
    const copies = struck.find((fault) => fault.kind === 'duplicate')
    const extra = Array.from({ length: copies ? (copies.copies ?? 2) - 1 : 0 }, () => attempt(delivery, 'copy'))
    const done = await attempt(delivery, 'first')
    await Promise.all(extra)
    return done
  }

  for (const delivery of table.values())
    if (delivery.state === 'waiting') {
      delivery.nextAt ??= Date.now() + 100
      schedule(delivery)
    }
  options.store.onReset(() => {
    for (const timer of timers.values()) clearTimeout(timer)
    timers.clear()
  })

  return {
    table,
    async deliver(eventId, type) {
      const url = options.url()
      if (!url || closed) return null
      const delivery: Delivery = { id: eventId, type, url, state: 'waiting', attempts: [], nextAt: null }
      const struck = options.faults.strike('delivery', type)
      if (struck.some((fault) => fault.kind === 'drop')) delivery.state = 'dropped'
      save(delivery)
      return delivery.state === 'dropped' ? delivery : first(delivery, struck)
    },
    async resend(eventId) {
      const delivery = table.get(eventId)
      if (delivery) return attempt(delivery, 'manual')
      const url = options.url()
      if (!url || options.body(eventId) === null) return null
      return attempt(table.put({ id: eventId, type: '', url, state: 'waiting', attempts: [], nextAt: null }), 'manual')
    },
    idle: () =>
      underWay === 0 && gathered.length === 0 && ![...table.values()].some((delivery) => delivery.state === 'waiting'),
    close() {
      closed = true
      for (const timer of timers.values()) clearTimeout(timer)
      if (gathering) clearTimeout(gathering)
      agents['http:'].destroy()
      agents['https:'].destroy()
    },
  }
}
