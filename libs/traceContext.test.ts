import { expect, test } from 'vitest'
import { parseTraceparent, traceIdOf, traceparentIn } from '#libs/traceContext.ts'

const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test.each([
  [good, true],
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00', false],
])('%s is read', (text, kept) => {
  expect(parseTraceparent(text)).toEqual({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    kept,
  })
})

test.each([
  null,
  '',
  'nonsense',
  good.replace('00-', 'ff-'),
  good.toUpperCase(),
  good.replace(/-[0-9a-f]{16}-/, '-0000000000000000-'),
  good.replace(/-[0-9a-f]{32}-/, `-${'0'.repeat(32)}-`),
  `${good}-more`,
])('%s is nobody’s trace', (text) => {
  expect(parseTraceparent(text)).toBeNull()
})

test('an attempt names its trace, anything else begins one', () => {
  expect(traceIdOf('123e4567-e89b-42d3-a456-426614174000')).toBe('123e4567e89b42d3a456426614174000')
  expect(traceIdOf('x')).toMatch(/^[0-9a-f]{32}$/)
  expect(traceIdOf(null)).not.toBe(traceIdOf(null))
})

test('a traceparent is found in metadata and tags, not in what somebody typed', () => {
  const body = (value: unknown) => Buffer.from(JSON.stringify(value))
  expect(traceparentIn(body({ data: { object: { metadata: { traceparent: good } } } }))).toBe(good)
  expect(traceparentIn(Buffer.from(`{"tags": {"traceparent" : "${good}"}}`))).toBe(good)
  expect(traceparentIn(body({ name: `"traceparent":"${good}"` }))).toBeNull()
  expect(traceparentIn(body({ traceparent: '00-zz' }))).toBeNull()
})
