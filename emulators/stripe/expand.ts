import { refuse } from './errors.ts'
import type { World } from './world.ts'

type Thing = Record<string, unknown>

const maxLevels = 4

/** A page of things in Stripe's list shape. */
export const listShape = (data: object[], url: string, hasMore = false) => ({
  object: 'list',
  data,
  has_more: hasMore,
  url,
})

/** The object with this id, of any kind. */
export function findById(world: World, id: string): object | undefined {
  const row = world.sessions.get(id)
  if (row) return row.session
  const tables = [
    world.intents,
    world.charges,
    world.refunds,
    world.disputes,
    world.prices,
    world.products,
    world.promotionCodes,
    world.coupons,
    world.things,
    world.events,
  ]
  for (const table of tables) {
    const found = table.get(id)
    if (found) return found
  }
  return undefined
}

/** Line items always carry their whole price. */
export function lineItemsOf(world: World, sessionId: string): object[] {
  return (world.sessions.get(sessionId)?.items ?? []).map((item) => ({
    ...item,
    price: world.prices.get(item.price) ?? world.things.get(item.price) ?? null,
  }))
}

const refundsOf = (world: World, chargeId: string) =>
  world.refunds
    .all()
    .filter((refund) => refund.charge === chargeId)
    .reverse()

/** Fields that exist only when asked for. */
function hiddenField(world: World, thing: Thing, field: string): object | undefined {
  const id = String(thing.id)
  if (thing.object === 'checkout.session' && field === 'line_items') {
    const items = lineItemsOf(world, id)
    return listShape(items.slice(0, 10), `/v1/checkout/sessions/${id}/line_items`, items.length > 10)
  }
  if (thing.object === 'charge' && field === 'refunds') {
    const refunds = refundsOf(world, id)
    return listShape(refunds.slice(0, 10), `/v1/charges/${id}/refunds`, refunds.length > 10)
  }
  return undefined
}

function expandOne(world: World, value: unknown, path: string[], whole: string): unknown {
  const [head, ...rest] = path
  if (head === undefined || value === null) return value
  if (Array.isArray(value)) return value.map((one) => expandOne(world, one, path, whole))
  const thing = value as Thing
  const isList = thing.object === 'list'
  if (isList && head === 'data')
    return { ...thing, data: (thing.data as unknown[]).map((one) => expandOne(world, one, rest, whole)) }
  const current =
    hiddenField(world, thing, head) && typeof thing[head] !== 'object' ? hiddenField(world, thing, head) : thing[head]
  if (current === undefined)
    throw refuse(
      `This property cannot be expanded (${head}). You may want to try expanding '${whole.split('.')[0]}' instead.`,
      'expand',
    )
  const next = typeof current === 'string' ? findById(world, current) : current
  if (next === undefined) throw refuse(`This property cannot be expanded (${head}).`, 'expand')
  return { ...thing, [head]: expandOne(world, next, rest, whole) }
}

/**
 * `expand[]=payment_intent.latest_charge`: copies the object and puts objects where ids were. 400 for what has none.
 */
export function expand<T extends object>(world: World, thing: T, paths: string[]): T {
  let copy: unknown = thing
  for (const path of paths) {
    const steps = path.split('.')
    if (steps.length > maxLevels)
      throw refuse(`You cannot expand more than ${maxLevels} levels of a property. Property: ${path}`, 'expand')
    copy = expandOne(world, copy, steps, path)
  }
  return copy as T
}
