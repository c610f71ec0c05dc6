import { missing, refuse } from './errors.ts'
import { expand, listShape } from './expand.ts'
import { type Form, listOf, objectOf, textOf } from './form.ts'
import type { World } from './world.ts'

/** `created=…` or `created[gte]=…`, in seconds. */
export function createdFilter(form: Form): (created: number) => boolean {
  const exact = textOf(form.created)
  if (exact !== null) return (created) => created === Number(exact)
  const range = objectOf(form.created)
  if (!range) return () => true
  const bound = (name: string, none: number) => {
    const value = textOf(range[name])
    return value === null ? none : Number(value)
  }
  const [gt, gte, lt, lte] = [bound('gt', -1), bound('gte', 0), bound('lt', 1e12), bound('lte', 1e12)]
  return (created) => created > gt && created >= gte && created < lt && created <= lte
}

function readLimit(form: Form): number {
  const text = textOf(form.limit) ?? '10'
  const limit = Number(text)
  if (!Number.isInteger(limit)) throw refuse(`Invalid integer: ${text}`, 'limit', 'parameter_invalid_integer')
  if (limit < 1 || limit > 100) throw refuse('Limit must be between 1 and 100.', 'limit', 'parameter_invalid_integer')
  return limit
}

/**
 * One page, newest first. `things` come oldest first, as they were made. `starting_after` goes on to older ones,
 * `ending_before` to newer ones, as at Stripe; `expand[]=data.…` works.
 */
export function listPage<T extends { id: string }>(world: World, things: T[], form: Form, url: string, kind: string) {
  const limit = readLimit(form)
  const newestFirst = things.toReversed()
  const place = (name: string) => {
    const id = textOf(form[name])
    if (id === null) return null
    const index = newestFirst.findIndex((thing) => thing.id === id)
    if (index < 0) throw missing(kind, id, name, 400)
    return index
  }
  const after = place('starting_after')
  const before = place('ending_before')
  if (after !== null && before !== null)
    throw refuse('You may only specify one of these parameters: starting_after, ending_before.')
  const start = before === null ? (after ?? -1) + 1 : Math.max(0, before - limit)
  const end = before === null ? start + limit : before
  const hasMore = before === null ? end < newestFirst.length : start > 0
  const page = listShape(newestFirst.slice(start, end), url, hasMore)
  return expand(
    world,
    page,
    listOf(form.expand).filter((path) => typeof path === 'string'),
  )
}
