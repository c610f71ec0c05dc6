import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processStart, readHolder, tryLock } from './lock.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'werkstatt-lock-'))
  file = path.join(folder, 'lock.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('one owner at a time, and nothing is left after the release', () => {
  const lock = tryLock(file)
  expect(lock?.crashed).toBe(false)
  expect(readHolder(file)?.pid).toBe(process.pid)
  expect(tryLock(file)).toBeNull()
  lock?.release()
  expect(readdirSync(folder)).toEqual([])
})

test('the lock of a dead process is taken over', () => {
  writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'long ago' }))
  expect(tryLock(file)?.crashed).toBe(true)
})

test('a recycled pid does not count as the owner: the start time differs', () => {
  writeFileSync(file, JSON.stringify({ pid: process.ppid, startedAt: 'long ago' }))
  expect(tryLock(file)?.crashed).toBe(true)
})

test('a living owner is respected by its pid and start time', () => {
  writeFileSync(file, JSON.stringify({ pid: process.ppid, startedAt: processStart(process.ppid) }))
  expect(tryLock(file)).toBeNull()
})

test('a torn lock file is taken over', () => {
  writeFileSync(file, '{"pid":')
  expect(tryLock(file)?.crashed).toBe(true)
})

test('a process that is not there has no start', () => {
  expect(processStart(2 ** 22 + 1)).toBeNull()
})
