import { expect, test } from 'vitest'
import { createDatabaseClock } from '#libs/databaseClock.ts'

const HOUR = 3_600_000

/** A machine and a server whose clocks a test turns. */
function clocks() {
  const time = { wall: 1_000_000, ticks: 0, server: 1_000_000, isAway: false }
  const off: number[] = []
  const clock = createDatabaseClock(
    async () => {
      if (time.isAway) throw new Error('away')
      return new Date(time.server)
    },
    (ms) => off.push(ms),
    { wall: () => time.wall, monotonic: () => time.ticks },
  )
  const pass = (ms: number) => {
    time.wall += ms
    time.ticks += ms
    time.server += ms
  }
  return { time, clock, off, pass, now: () => clock.now().getTime() }
}

test('the time is the database’s, whatever the wall clock says, and goes on between two answers', async () => {
  const { time, clock, off, pass, now } = clocks()
  time.wall += 25 * HOUR
  expect(await clock.sync()).toBe(true)
  expect(now()).toBe(1_000_000)
  expect(off).toEqual([25 * HOUR])
  pass(4_000)
  expect(now()).toBe(1_004_000)
})

test('a wall clock that jumps for some seconds moves nothing', async () => {
  const { time, clock, pass, now, off } = clocks()
  await clock.sync()
  time.wall += 25 * HOUR
  pass(2_000)
  expect(now()).toBe(1_002_000)
  time.wall -= 25 * HOUR
  expect(off).toEqual([])
})

test('looking at the time asks for it again, at most every ten seconds', async () => {
  const { time, clock, pass, now } = clocks()
  await clock.sync()
  time.server += 500
  pass(9_000)
  now()
  await Promise.resolve()
  expect(now()).toBe(1_009_000)
  pass(2_000)
  now()
  await new Promise((resolve) => setTimeout(resolve))
  expect(now()).toBe(1_011_500)
})

test('without a database it is the wall clock until the first answer, and then the last known time goes on', async () => {
  const { time, clock, pass, now } = clocks()
  time.isAway = true
  time.wall += 5_000
  expect(now()).toBe(1_005_000)
  await expect(clock.known()).rejects.toThrow('not known yet')
  time.isAway = false
  await clock.known()
  expect(now()).toBe(1_000_000)
  time.isAway = true
  pass(60_000)
  expect(await clock.sync()).toBe(false)
  expect(now()).toBe(1_060_000)
  await clock.known()
})
