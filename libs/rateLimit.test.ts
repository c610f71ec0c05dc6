import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import type { AppError } from '#errors'
import { createLimits, networkOf, siteOf } from '#libs/rateLimit.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:0db8:0:0:1::', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('%s counts as %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network)
})

test.each([
  ['192.0.2.7', null],
  ['::ffff:192.0.2.7', null],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1'],
  ['2001:0DB8::9', '2001:db8:0'],
])('%s belongs to the site %s', (ip, site) => {
  expect(siteOf(ip)).toBe(site)
})

test('a counter in memory holds nothing of the request it counts', async () => {
  const request = new AsyncLocalStorage<string>()
  // Opens no connection: this limit counts in the process.
  const limits = createLimits(new pg.Pool())
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const seenByTimers: unknown[] = []
  timers.mockImplementation(((...given: Parameters<typeof setTimeout>) => {
    seenByTimers.push(request.getStore())
    return { unref: () => {}, given }
  }) as never)
  await request.run('a request', () => limits.consume('progress_per_person', 'somebody'))
  timers.mockRestore()
  expect(seenByTimers).toEqual([undefined])
})

test('without a database the limits count on in memory, and refuse with a time to wait', async () => {
  // Nobody listens on port 1.
  const away = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/nothing', connectionTimeoutMillis: 200 })
  away.on('error', () => {})
  const limits = createLimits(away)
  const refusal = await (async () => {
    for (let use = 0; use < 200; use++) await limits.consume('link_guess_per_ip', '198.51.100.7')
    return null
  })().catch((error: AppError) => error)
  expect(refusal?.code).toBe('rate_limited')
  expect(refusal?.details.retryAfter).toBeGreaterThan(0)
  await expect(limits.consume('link_guess_per_ip', '203.0.113.9')).resolves.toBeUndefined()
  await away.end()
})
