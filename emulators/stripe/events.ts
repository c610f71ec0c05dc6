import type { Delivery } from '../kit/delivery.ts'
import type { StripeEvent } from './objects.ts'
import { apiVersion, newId, nowSeconds, type World } from './world.ts'

/** A change that will become an event. Its object is copied when the draft is made. */
export interface Draft {
  type: string
  object: object
  previous?: object
  /** Only for tests: what a second shop, another API version or a wrong mode would look like. */
  as?: { id?: string; livemode?: boolean; apiVersion?: string | null; created?: number; deliver?: boolean }
}

export interface Caller {
  requestId: string | null
  idempotencyKey: string | null
}

export const nobody: Caller = { requestId: null, idempotencyKey: null }

export const draft = (type: string, object: object, previous?: object): Draft => ({
  type,
  object: structuredClone(object),
  previous,
})

function wanted(world: World, type: string): boolean {
  const enabled = world.config.enabledEvents ?? ['*']
  return enabled.some((one) => one === '*' || one === type || (one.endsWith('*') && type.startsWith(one.slice(0, -1))))
}

/**
 * Writes the events of one change and sends them in random order, because Stripe promises none. Answers a promise per
 * event type, resolved after the first delivery attempt; callers need not wait for it.
 */
export function emit(world: World, drafts: Draft[], caller: Caller = nobody): Map<string, Promise<Delivery | null>> {
  const sent = new Map<string, Promise<Delivery | null>>()
  for (const { type, object, previous, as = {} } of world.random.shuffle(drafts)) {
    const deliver = as.deliver !== false && wanted(world, type) && Boolean(world.config.webhookUrl)
    const event: StripeEvent = world.events.put({
      id: as.id ?? newId('evt'),
      object: 'event',
      api_version: as.apiVersion === undefined ? apiVersion : as.apiVersion,
      created: as.created ?? nowSeconds(),
      data: { object, ...(previous ? { previous_attributes: previous } : {}) },
      livemode: as.livemode ?? false,
      pending_webhooks: deliver ? 1 : 0,
      request: { id: caller.requestId, idempotency_key: caller.idempotencyKey },
      type,
    })
    if (deliver) sent.set(type, world.deliverer.deliver(event.id, type))
  }
  return sent
}
