import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JournalEntry, ProgressEntry } from '#ports'
import { createJournal } from './journal.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'journal-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const entry = (number: number): JournalEntry => ({
  kind: 'progress',
  personId: 'p',
  at: '2026-11-22T12:00:00Z',
  data: { lessonId: `l${number}`, ranges: [[0, number]], position: number, at: '2026-11-22T12:00:00Z', clientId: 'c' },
})
const files = () => readdir(path.join(dataDir, 'journal'))
async function drained() {
  const found: string[] = []
  await createJournal(dataDir).drain(
    async (entries) => void found.push(...entries.map((one) => (one as ProgressEntry).data.lessonId)),
  )
  return found
}

test('what was appended comes out once, also through another process’s instance', async () => {
  const journal = createJournal(dataDir)
  await Promise.all([journal.append([entry(1)]), journal.append([entry(2), entry(3)])])
  expect((await drained()).sort()).toEqual(['l1', 'l2', 'l3'])
  expect(await drained()).toEqual([])
  await journal.append([entry(4)])
  expect(await drained()).toEqual(['l4'])
})

test('a torn last line is skipped, the lines before it are kept', async () => {
  await createJournal(dataDir).append([entry(1)])
  const [name] = await files()
  await appendFile(path.join(dataDir, 'journal', name!), '{"kind":"progress","personId":"p","at":"20')
  expect(await drained()).toEqual(['l1'])
})

test('a line that was cut in the middle does not swallow the next one', async () => {
  const journal = createJournal(dataDir)
  await journal.append([entry(1)])
  const [name] = await files()
  await appendFile(path.join(dataDir, 'journal', name!), '{"kind":"progress","personId":"p","at":"20')
  await journal.append([entry(2)])
  expect(await drained()).toEqual(['l1', 'l2'])
})

test('a merge that fails keeps the file for the next drain', async () => {
  const journal = createJournal(dataDir)
  await journal.append([entry(1)])
  await expect(journal.drain(() => Promise.reject(new Error('database away')))).rejects.toThrow('database away')
  expect(await drained()).toEqual(['l1'])
})

test('nothing is lost when drains and appends race', async () => {
  const journals = [createJournal(dataDir), createJournal(dataDir)]
  const found = new Set<string>()
  let writing = true
  const draining = (async () => {
    while (writing)
      await createJournal(dataDir).drain(async (entries) => {
        for (const one of entries) found.add((one as ProgressEntry).data.lessonId)
      })
  })()
  await Promise.all(
    journals.map(async (journal, index) => {
      for (let step = 0; step < 60; step += 1) await journal.append([entry(index * 1000 + step)])
    }),
  )
  writing = false
  await draining
  for (const name of await drained()) found.add(name)
  expect(found.size).toBe(120)
})

test('an empty data folder drains to nothing', async () => {
  expect(await drained()).toEqual([])
})
