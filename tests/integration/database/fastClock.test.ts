import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { root } from '../../kit/processes.ts'
import { until } from '../../kit/until.ts'
import { openWorld, type World } from '../../kit/world.ts'

/** A real worker on a machine whose clock is 25 hours ahead. */

let world: World

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
  await world.start('worker', {
    NODE_OPTIONS: `--import=${path.join(root, 'tests/kit/fastClock.mjs')}`,
    FAST_CLOCK_MS: String(25 * 3_600_000),
  })
})
afterAll(() => world?.close())

const minutesAhead = async (sql: string, values: unknown[] = []) => {
  const [row] = await world.database.query<{ at: Date | null }>(sql, values)
  return row?.at ? (row.at.getTime() - Date.now()) / 60_000 : null
}

test('a worker whose clock is a day ahead plans its work by the database’s, and the operator hears of the clock', async () => {
  const next = () =>
    minutesAhead(`select (value->>'notBefore')::timestamptz as at from bookmark where name = 'reconciler'`)
  await until('the first run of the reconciler', async () => (await next()) !== null)
  expect(await next()).toBeLessThan(6)
  expect(
    await minutesAhead(
      `select (value #>> '{progress,through}')::timestamptz as at from bookmark where name = 'reconciler'`,
    ),
  ).toBeLessThan(1)
  const alarm = await until('the alarm', async () =>
    (await world.ctx.alarms.open(world.ctx.db)).find(({ cause }) => cause === 'clock_wrong'),
  )
  expect(alarm.message).toContain('rund 25 Stunden vor')
  expect(alarm.lastAt.getTime()).toBeLessThan(Date.now() + 60_000)

  const { sessionId } = await openCheckout(world.ctx, { productType: 'kurs', email: 'uhr@example.de' })
  await fetch(`${world.urls.stripe}/_pay/${sessionId}`, { method: 'POST', body: '{}' })
  await world.ctx.jobs.send(world.ctx.db, 'order.settle', { sessionId, requestId: 'test' })
  await world.mail('uhr@example.de')
  expect(await minutesAhead('select settled_at as at from purchase where session_id = $1', [sessionId])).toBeLessThan(1)
  expect(await minutesAhead('select max(created_at) as at from letter')).toBeLessThan(1)
})
