import { expect, test } from 'vitest'
import { type Handler, routeTable } from './routeTable.ts'

const handler = (): Handler => async () => new Response()
const [one, list, make, file, feed, nothing] = Array.from({ length: 6 }, handler) as [
  Handler,
  Handler,
  Handler,
  Handler,
  Handler,
  Handler,
]

const find = routeTable({
  'api/notes': { GET: list, POST: make },
  'api/notes/export.md': { GET: file },
  'api/orders/[sessionId]/[file]': { GET: file },
  'api/orders/[sessionId]/status': { GET: one },
  'plan/feed/[token]': { GET: feed },
  '(public)/robots.txt': { GET: one },
  'api/[[...rest]]': { GET: nothing },
})

test('the address with the most literal parts wins', () => {
  expect(find('GET', '/api/notes')?.handler).toBe(list)
  expect(find('GET', '/api/orders/cs_1/status')).toMatchObject({ handler: one, params: { sessionId: 'cs_1' } })
  expect(find('GET', '/api/orders/cs_1/contract.pdf')).toMatchObject({
    handler: file,
    params: { sessionId: 'cs_1', file: 'contract.pdf' },
  })
  expect(find('GET', '/api/notes/exportXmd')?.handler).toBe(nothing)
})

test('parameters are decoded, and a group of folders is no part of the address', () => {
  expect(find('GET', '/plan/feed/a%2Fb%20%C3%BC.ics')?.params).toEqual({ token: 'a/b ü.ics' })
  expect(find('GET', '/robots.txt')?.handler).toBe(one)
})

test('one slash at the end makes no difference, two do', () => {
  expect(find('POST', '/api/notes/')?.handler).toBe(make)
  expect(find('POST', '/api/notes//')?.handler).toBeUndefined()
})

test('HEAD is GET, and what an address does not take is named', () => {
  expect(find('HEAD', '/api/notes')?.handler).toBe(list)
  expect(find('DELETE', '/api/notes')).toMatchObject({
    handler: undefined,
    allow: ['GET', 'HEAD', 'POST', 'OPTIONS'],
  })
  expect(find('constructor', '/api/notes')?.handler).toBeUndefined()
})

test('everything below a catch-all is its own, nothing else is ours', () => {
  expect(find('GET', '/api')).toMatchObject({ handler: nothing, params: { rest: [] } })
  expect(find('GET', '/api/a/b%2Fc')).toMatchObject({ handler: nothing, params: { rest: ['a', 'b/c'] } })
  for (const path of ['/', '/kurs', '/apix', '/plan/feed', '/plan/feed/a/b', '', '/__proto__'])
    expect(find('GET', path)).toBeNull()
})
