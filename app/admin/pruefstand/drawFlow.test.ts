import { expect, test } from 'vitest'
import { drawLanes, drawRows, type FlowFacts } from '#app/admin/pruefstand/drawFlow.ts'
import type { FlowStep } from '#ports'

const began = new Date('2026-11-22T14:00:00.000Z')
const facts: FlowFacts = {
  now: new Date(began.getTime() + 5_000),
  began,
  paidAt: null,
  logins: [],
  firstLesson: null,
  gone: new Set(),
  done: new Set(),
}

let spans = 0
const step = (change: Partial<FlowStep> & { ms: number }): FlowStep => {
  spans++
  const { ms, ...rest } = change
  return {
    id: spans,
    traceId: 'a'.repeat(32),
    spanId: `span${spans}`,
    parentSpanId: null,
    at: new Date(began.getTime() + ms),
    durationMs: 10,
    from: 'database',
    to: 'worker',
    name: 'stripe.event',
    outcome: 'ok',
    detail: {},
    ...rest,
  }
}
const job = (ms: number, change: Partial<FlowStep> = {}) =>
  step({ ms, detail: { about: 'evt_1', worker: 7 }, ...change })

test('begin and end of one piece of work are one row', () => {
  const begun = job(100, { spanId: 's', outcome: 'begun', durationMs: 0 })
  const rows = drawRows([begun, job(100, { spanId: 's', durationMs: 42 })], facts)
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ at: 100, took: 42, tone: 'good' })
})

test('work that runs is yellow and has no duration', () => {
  const rows = drawRows([job(100, { outcome: 'begun' })], facts)
  expect(rows[0]).toMatchObject({ took: null, tone: 'wait', note: 'läuft …' })
  expect(drawLanes(rows).find(({ lane }) => lane === 'worker')).toMatchObject({ tone: 'wait', state: 'arbeitet' })
})

test.each([
  ['its process is gone', { gone: new Set([7]) }, []],
  ['somebody took it over', {}, [job(900)]],
  ['it is far too long ago', { now: new Date(began.getTime() + 200_000) }, []],
])('work without an end was left when %s', (_, change, more) => {
  const rows = drawRows([job(100, { outcome: 'begun' }), ...more], { ...facts, ...change })
  expect(rows[0]).toMatchObject({ tone: 'bad', title: expect.stringContaining('begonnen, nicht beendet') })
  expect(rows[0]?.heals).toBeTruthy()
  expect(rows[0]?.healed ?? null).toBe(more.length > 0 ? 'geheilt nach 810 ms' : null)
})

test('a killed worker’s work that the rows say is done is no open fault', () => {
  const begun = job(100, { outcome: 'begun' })
  const killed = { ...facts, gone: new Set([7]) }
  expect(drawLanes(drawRows([begun], killed)).find(({ lane }) => lane === 'worker')?.state).toBe('gestört')
  const rows = drawRows([begun], { ...killed, done: new Set([begun.spanId]) })
  expect(rows[0]).toMatchObject({ tone: 'bad', healed: 'war schon getan' })
  expect(drawLanes(rows).find(({ lane }) => lane === 'worker')?.state).toBe('fertig')
  // While its process lives, the work may still be going on.
  expect(drawRows([begun], { ...facts, done: new Set([begun.spanId]) })[0]).toMatchObject({ tone: 'wait' })
})

test('what a dead worker had begun inside its job is left too', () => {
  const outer = job(100, { outcome: 'begun' })
  const inner = step({
    ms: 120,
    name: 'send letter',
    from: 'worker',
    to: 'resend',
    outcome: 'begun',
    parentSpanId: outer.spanId,
    detail: { letter: 'l' },
  })
  const rows = drawRows([outer, inner], { ...facts, gone: new Set([7]) })
  expect(rows.map(({ tone }) => tone)).toEqual(['bad', 'bad'])
})

test('every failure says what heals it; the lamp stays red until it did', () => {
  const failed = job(100, { outcome: 'timeout' })
  const before = drawRows([failed], facts)
  expect(before[0]).toMatchObject({ tone: 'bad', healed: null })
  expect(before[0]?.heals).toBeTruthy()
  expect(drawLanes(before).find(({ lane }) => lane === 'worker')?.state).toBe('gestört')
  const after = drawRows([failed, job(1_100)], facts)
  expect(after[0]?.healed).toBe('geheilt nach 1,0 s')
  expect(after[1]?.title).toContain('2. Versuch')
  expect(drawLanes(after).find(({ lane }) => lane === 'worker')?.state).toBe('fertig')
})

test('a duplicate is a fault that was caught', () => {
  const delivery = {
    from: 'stripe',
    to: 'webhook',
    name: 'checkout.session.completed',
    detail: { event: 'evt_1' },
  } as const
  const rows = drawRows(
    [step({ ms: 1, ...delivery, outcome: 'new' }), step({ ms: 2, ...delivery, outcome: 'duplicate' })],
    facts,
  )
  expect(rows.map(({ tone, healed }) => [tone, healed])).toEqual([
    ['good', null],
    ['bad', 'abgefangen'],
  ])
})

test('what nobody of us measured says so and stands where it belongs', () => {
  const bell = step({ ms: 300, from: 'stripe', to: 'webhook', name: 'charge.succeeded', outcome: 'new' })
  const rows = drawRows([step({ ms: 0, from: 'browser', to: 'web', name: 'order' }), bell], {
    ...facts,
    paidAt: began,
    logins: [{ kind: 'proven', at: new Date(began.getTime() + 2_000) }],
    firstLesson: { title: 'Anfang', at: new Date(began.getTime() + 3_000) },
  })
  expect(rows.map(({ key }) => key)).toEqual([rows[0]?.key, 'paid', bell.spanId, 'login', 'lesson'])
  expect(rows[1]).toMatchObject({ at: null, derived: true })
})
