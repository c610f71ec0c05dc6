import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bringStaticBack, type StaticFolders, setStaticAside } from './formerStatic.ts'

const HOUR = 3_600_000
let folder: string
let folders: StaticFolders

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'static-'))
  folders = { live: path.join(folder, 'live'), aside: path.join(folder, 'aside') }
})
afterEach(() => rmSync(folder, { recursive: true }))

/** As a build does: the folder is emptied, then new files are there; a failed one leaves nothing. */
function build(at: number, files: string[] | 'fails'): void {
  setStaticAside(folders)
  rmSync(folders.live, { recursive: true, force: true })
  if (files === 'fails') return
  mkdirSync(path.join(folders.live, 'chunks'), { recursive: true })
  for (const file of files) writeFileSync(path.join(folders.live, 'chunks', file), file)
  bringStaticBack(folders, at)
}
const served = () => readdirSync(path.join(folders.live, 'chunks')).sort()

test('what a build dropped is served for a day more, counted from the build that dropped it', () => {
  build(0, ['a1', 'same'])
  build(10 * HOUR, ['a2', 'same'])
  expect(served()).toEqual(['a1', 'a2', 'same'])
  build(20 * HOUR, ['a3', 'same'])
  expect(served()).toEqual(['a1', 'a2', 'a3', 'same'])
  expect(readFileSync(path.join(folders.live, 'chunks', 'a1'), 'utf8')).toBe('a1')
  build(35 * HOUR, ['a4', 'same'])
  expect(served()).toEqual(['a2', 'a3', 'a4', 'same'])
  build(90 * HOUR, ['a5', 'same'])
  expect(served()).toEqual(['a4', 'a5', 'same'])
})

test('a file that a later build has again counts as new, and a failed build forgets nothing', () => {
  build(0, ['a'])
  build(10 * HOUR, ['b'])
  build(20 * HOUR, ['a'])
  build(30 * HOUR, 'fails')
  build(35 * HOUR, ['c'])
  expect(served()).toEqual(['a', 'b', 'c'])
})
