import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openLogs, trimLog } from './logs.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'werkstatt-logs-'))
mkdirSync(path.join(folder, 'logs'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a log that grew too long is emptied, its end stays beside it, and its part writes on', () => {
  const logs = openLogs(folder)
  const { fd, file } = logs.of('web')
  writeSync(fd, `${'old'.repeat(2_000)}${'x'.repeat(3_000)}end\n`)
  trimLog(file, 1_000)
  expect(statSync(file).size).toBe(0)
  expect(readFileSync(`${file}.1`, 'utf8')).toBe(`${'x'.repeat(996)}end\n`)
  writeSync(fd, 'next\n')
  trimLog(file, 1_000)
  expect(readFileSync(file, 'utf8')).toBe('next\n')
  logs.close()
})

test('without room for the copy the log is emptied all the same', () => {
  const file = path.join(folder, 'logs', 'worker.log')
  writeFileSync(file, 'x'.repeat(2_000))
  // A folder in its place stands for any reason why it cannot be written.
  mkdirSync(`${file}.1`)
  trimLog(file, 1_000)
  expect(statSync(file).size).toBe(0)
  expect(existsSync(`${file}.1`)).toBe(false)
})

test('a log that is gone ends nobody', () => {
  expect(() => trimLog(path.join(folder, 'logs', 'nobody.log'))).not.toThrow()
})
