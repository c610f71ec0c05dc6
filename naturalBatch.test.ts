import { expect, test } from 'vitest'
import { AppError } from './errors.ts'
import { naturalBatch } from './naturalBatch.ts'

/** The first call holds the door, so that the others gather for one batch. */
function gathered(fail: (items: number[]) => Error | null) {
  const batches: number[][] = []
  const add = naturalBatch(async (items: number[]) => {
    batches.push(items)
    await Promise.resolve()
    const error = fail(items)
    if (error) throw error
    return items.map((item) => item * 10)
  })
  return { batches, settle: () => Promise.allSettled([0, 1, 2, 3].map(add)) }
}

test('what arrives during a batch shares the next one', async () => {
  const { batches, settle } = gathered(() => null)
  expect(await settle()).toEqual([0, 10, 20, 30].map((value) => ({ status: 'fulfilled', value })))
  expect(batches).toEqual([[0], [1, 2, 3]])
})

test('one bad item fails alone', async () => {
  const { settle } = gathered((items) => (items.includes(2) ? new Error('bad row') : null))
  expect((await settle()).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
})

test('a database that is away fails all at once: nobody waits for one time-out after the other', async () => {
  const { batches, settle } = gathered((items) => (items.length > 1 ? new AppError('database_unavailable') : null))
  expect((await settle()).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected'])
  expect(batches).toEqual([[0], [1, 2, 3]])
})
