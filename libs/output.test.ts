import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { createOutput, type Means } from './output.ts'

/** A disk whose room a test decides, in bytes. */
let room = 0
let refusal = 'ENOSPC'
let onDisk = ''
let calls = 0

const take = (bytes: Buffer): number => {
  calls++
  if (room <= 0) throw Object.assign(new Error(refusal), { code: refusal })
  const taken = bytes.subarray(0, room)
  room -= taken.length
  onDisk += taken.toString()
  return taken.length
}
const means: Means = {
  write: (_fd, bytes, done) =>
    setImmediate(() => {
      try {
        done(null, take(bytes))
      } catch (error) {
        done(error as NodeJS.ErrnoException, 0)
      }
    }),
  writeNow: (_fd, bytes) => take(bytes),
}

const open = () => createOutput(1, () => 'web', means)
const line = (n: number) => `${String(n).padStart(1_023, '.')}\n`
const until = async (done: () => boolean) => {
  while (!done()) await sleep(5)
}

beforeEach(() => {
  room = Number.POSITIVE_INFINITY
  refusal = 'ENOSPC'
  onDisk = ''
  calls = 0
})

test('lines arrive whole and in order, many in one write', async () => {
  const output = open()
  const lines = Array.from({ length: 500 }, (_, n) => line(n))
  for (const text of lines) output.write(text)
  await until(() => onDisk.length === 500 * 1_024)
  expect(onDisk).toBe(lines.join(''))
  expect(calls).toBeLessThan(20)
})

describe('without room', () => {
  test('a megabyte is kept, the rest is dropped, counted, and said when there is room', async () => {
    room = 1_500
    const output = open()
    for (let n = 0; n < 3_000; n++) output.write(line(n))
    await until(() => calls >= 2)
    // The disk is asked about once a second, not once a line.
    for (let n = 3_000; n < 3_010; n++) output.write(line(n))
    await sleep(20)
    expect(calls).toBeLessThan(5)
    room = Number.POSITIVE_INFINITY
    await until(() => onDisk.includes('dropped'))
    const lines = onDisk.trimEnd().split('\n')
    const report = JSON.parse(lines.pop() ?? '{}')
    expect(report).toMatchObject({ part: 'web', level: 40, errorCode: 'ENOSPC', dropped: 3_010 - lines.length })
    // What was kept is whole and the oldest, also the line that was torn by the last free bytes.
    expect(lines.every((text, n) => text === line(n).trimEnd())).toBe(true)
    expect(onDisk.length).toBeLessThan(1.2 * 1024 * 1024)
    output.write('after\n')
    await until(() => onDisk.endsWith('after\n'))
  })

  test('a reader that is behind is asked again soon, and nothing is lost', async () => {
    room = 0
    refusal = 'EAGAIN'
    const output = open()
    output.write(line(1))
    await until(() => calls >= 2)
    room = Number.POSITIVE_INFINITY
    await until(() => onDisk === line(1))
  })

  test.each(['EPIPE', 'EBADF'])(
    '%s: nobody will ever read, so nothing is kept and nothing is asked again',
    async (code) => {
      room = 0
      refusal = code
      const output = open()
      output.write(line(1))
      await until(() => calls === 1)
      await sleep(5)
      output.write(line(2))
      output.lastWords()
      await sleep(5)
      expect(calls).toBe(1)
    },
  )
})

describe('last words of a process that ends', () => {
  test('come out at once', () => {
    const output = open()
    output.write('a\n')
    for (let n = 0; n < 200; n++) output.write(line(n))
    output.write('The port is already in use.\n')
    output.lastWords()
    expect(onDisk).toMatch(/The port is already in use\.\n$/)
  })

  test.each(['ENOSPC', 'EAGAIN'])('hold up nobody: %s', (code) => {
    room = 0
    refusal = code
    const output = open()
    output.write('a\n')
    output.write('b\n')
    output.lastWords()
    expect(onDisk).toBe('')
  })
})

describe('console and third parties', () => {
  const here = pathToFileURL(path.join(import.meta.dirname, 'output.ts')).href
  const program = (body: string) => [
    '--input-type=module',
    '-e',
    `import { neverWaitForOutput } from '${here}'; neverWaitForOutput('child'); ${body}`,
  ]

  test.skipIf(process.platform !== 'linux')('a full disk neither throws nor ends anything', () => {
    const full = openSync('/dev/full', 'a')
    const body = `for (let n = 0; n < 2_000; n++) { console.log('x'.repeat(500)); process.stderr.write('y\\n') }
      process.emitWarning('w'); await new Promise((resolve) => setTimeout(resolve, 50)); process.exit(7)`
    const { status } = spawnSync(process.execPath, program(body), { stdio: ['ignore', full, full], timeout: 60_000 })
    closeSync(full)
    expect(status).toBe(7)
  })

  test('a reader that sleeps costs no memory', async () => {
    const body = `for (let n = 0; n < 64; n++) { console.log('x'.repeat(1024 * 1024 / 2)); await new Promise(setImmediate) }
      globalThis.gc?.(); const { heapUsed, external } = process.memoryUsage()
      process.exit((heapUsed + external + process.stdout.writableLength) / 1024 / 1024 < 30 ? 7 : 8)`
    const child = spawn(process.execPath, ['--expose-gc', ...program(body)], { stdio: ['ignore', 'pipe', 'inherit'] })
    // Nobody reads `child.stdout`.
    const [code] = await once(child, 'exit')
    expect(code).toBe(7)
  })
})
