import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SmallDisk, smallDisk } from '../kit/smallDisk.ts'
import { until } from '../kit/until.ts'
import { openWorld, type World } from '../kit/world.ts'

/** A full disk under the logs, or a reader of logs that hangs, must not disturb those who ask for a page. */

let world: World
beforeAll(async () => {
  world = await openWorld({ parts: [] })
})
afterAll(() => world?.close())

/** Enough lines to pass every buffer between the program and its reader. */
const MANY = 4_000
const AT_ONCE = 50

/** Asks for an address that is logged at length, and for a page; every answer must come. */
async function askMany(requests = MANY): Promise<void> {
  const long = `/api/health?${'abcdefgh=1&'.repeat(25)}`
  let left = requests
  const one = async () => {
    while (left-- > 0) {
      const answer = await fetch(`${world.url}${long}`, { signal: AbortSignal.timeout(30_000) })
      expect(answer.status).toBe(200)
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  expect((await world.browser().get('/kurs')).status).toBe(200)
}

interface Line {
  msg?: string
  dropped?: number
  part?: string
}
const linesOf = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Line]
      } catch {
        return []
      }
    })

describe('logging never blocks answers', () => {
  test.skipIf(process.platform !== 'linux')('a device that is always full', async () => {
    const full = openSync('/dev/full', 'a')
    const web = await world.start('web', {}, full)
    closeSync(full)
    await askMany()
    expect(web.running).toBe(true)
    await web.kill('SIGTERM')
  })

  test('a pipe that nobody reads', async () => {
    const fifo = path.join(tmpdir(), `werkstatt-pipe-${process.pid}`)
    spawnSync('mkfifo', [fifo])
    const reader = openSync(fifo, 'r+')
    const writer = openSync(fifo, 'a')
    const web = await world.start('web', {}, writer)
    closeSync(writer)
    await askMany()
    expect(web.running).toBe(true)
    await web.kill('SIGTERM')
    closeSync(reader)
    rmSync(fifo)
  })

  test('a full disk: lines are dropped and counted, and said when there is room', async (context) => {
    const disk: SmallDisk | null = smallDisk(8)
    if (!disk) return context.skip('mounting a disk is not allowed here')
    try {
      const file = path.join(disk.folder, 'web.log')
      const log = openSync(file, 'a')
      const web = await world.start('web', {}, log)
      closeSync(log)
      await askMany(10)
      disk.fill()
      await askMany()
      disk.free()
      const said = await until('the line about what was dropped', () =>
        linesOf(file).find(({ dropped }) => (dropped ?? 0) > 0),
      )
      expect(said).toMatchObject({ part: 'web', msg: expect.stringContaining('dropped') })
      await askMany(1)
      await until('the next request is logged', () => linesOf(file).at(-1)?.msg === 'request')
      await web.kill('SIGTERM')
    } finally {
      disk.remove()
    }
  })
})
