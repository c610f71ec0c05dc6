import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Room } from './room.ts'
import { Stopped } from './sentence.ts'
import { createSupervisor, type Part } from './supervisor.ts'

/** Ends at once, as a part does that cannot write. */
const failing = (count: () => void): Part => ({
  name: 'PostgreSQL',
  launch: () => {
    count()
    return { file: 'false', args: [], env: process.env, output: 'inherit' }
  },
  ready: () => new Promise(() => {}),
  stopSignal: 'SIGTERM',
  stopMs: 1_000,
})

test('on a full disk a part is not given up, and starts again when there is room', async () => {
  let launches = 0
  let looks = 0
  const said: string[] = []
  let roomComes = () => {}
  // After eight failures on a full disk the supervisor waits for space.
  const room: Room = {
    folder: '/data',
    has: () => false,
    comes: () => (++looks < 8 ? Promise.resolve() : new Promise((resolve) => (roomComes = resolve))),
  }
  let givenUp = false
  const supervisor = createSupervisor(
    (line) => said.push(line),
    () => {
      givenUp = true
    },
    room,
  )
  const kept = supervisor.keep(failing(() => launches++)).catch((error) => error)
  while (looks < 8) await sleep(5)
  expect(givenUp).toBe(false)
  expect(said.at(-1)).toBe(
    'PostgreSQL stopped (exit code 1), and there is no space left in /data. It starts again when there is.',
  )
  const before = launches
  await sleep(50)
  expect(launches).toBe(before)
  roomComes()
  while (launches === before) await sleep(5)
  await supervisor.stop()
  roomComes()
  expect(await kept).toBeInstanceOf(Stopped)
})
