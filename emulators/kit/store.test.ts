import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { openStore } from './store.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'werkstatt-store-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `/dev/full` in the place of a file answers every write as a full disk does. */
const fill = (file: string) => {
  renameSync(file, `${file}.kept`)
  symlinkSync('/dev/full', file)
}
const free = (file: string) => renameSync(`${file}.kept`, file)

function said(): { lines: string[]; restore(): void } {
  const lines: string[] = []
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text))
    return true
  })
  return { lines, restore: () => spy.mockRestore() }
}

interface Thing {
  id: string
  n: number
}
const onDisk = (name: string) => openStore(folder, name).table<Thing>('things').all()

test.skipIf(process.platform !== 'linux')('on a full disk nothing ends and nothing is lost', async () => {
  const store = openStore(folder, 'one')
  const file = path.join(folder, 'emulators', 'one.json')
  const things = store.table<Thing>('things')
  things.put({ id: 'a', n: 1 })
  await store.flush()
  const { lines, restore } = said()
  fill(file)
  things.put({ id: 'a', n: 2 })
  things.put({ id: 'b', n: 1 })
  await store.flush()
  things.put({ id: 'b', n: 3 })
  await store.flush()
  free(file)
  // By itself, without another change.
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('"n":3'), { timeout: 20_000 })
  restore()
  expect(lines).toEqual([
    expect.stringContaining('cannot be written (ENOSPC)'),
    expect.stringContaining('is written again'),
  ])
  await store.close()
  expect(onDisk('one')).toEqual([
    { id: 'a', n: 2 },
    { id: 'b', n: 3 },
  ])
})

test.skipIf(process.platform !== 'linux')('a start and a stop on a full disk are none the worse', async () => {
  const first = openStore(folder, 'two')
  first.table<Thing>('things').put({ id: 'a', n: 1 })
  await first.close()
  const file = path.join(folder, 'emulators', 'two.json')
  const { lines, restore } = said()
  symlinkSync('/dev/full', `${file}.new`)
  const second = openStore(folder, 'two')
  expect(second.table<Thing>('things').get('a')).toEqual({ id: 'a', n: 1 })
  fill(file)
  second.table<Thing>('things').put({ id: 'a', n: 2 })
  await second.close()
  free(file)
  restore()
  expect(lines).toEqual([expect.stringContaining('cannot be written (ENOSPC)')])
  expect(onDisk('two')).toEqual([{ id: 'a', n: 1 }])
})
