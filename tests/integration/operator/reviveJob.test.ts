import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { discardJob, reviveJob } from '#domain/operator/reviveJob.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'

let counter: Counter
const actor = 'person:00000000-0000-4000-8000-000000000001'
beforeAll(async () => {
  counter = await openCounter()
})
afterAll(() => counter.close())

test('a dead job runs again with its payload, or goes off the list; of two clicks one counts', async () => {
  const dead = async () => {
    const [row] = await counter.database.query<{ id: string }>(
      `insert into pgboss.job (name, data, source_name, source_id, source_retry_count, source_output, source_created_on)
       values ('dead', '{"letterId":"letter-7","requestId":"r"}', 'letter.send', gen_random_uuid(), 5, '{"message":"x"}', now())
       returning id`,
    )
    return row!.id
  }
  const jobs = (name: string) =>
    counter.database.query(`select data from pgboss.job where name = $1 and data->>'letterId' = 'letter-7'`, [name])
  const [first, key] = [await dead(), randomUUID()]
  await reviveJob(counter.ctx, { jobId: first, actor, key })
  await reviveJob(counter.ctx, { jobId: first, actor, key })
  expect([await jobs('dead'), (await jobs('letter.send')).length]).toEqual([[], 1])
  await expect(reviveJob(counter.ctx, { jobId: first, actor, key: randomUUID() })).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(reviveJob(counter.ctx, { jobId: 'unsinn', actor, key: randomUUID() })).rejects.toMatchObject({
    code: 'not_found',
  })
  await discardJob(counter.ctx, { jobId: await dead(), actor, key: randomUUID() })
  expect([await jobs('dead'), (await jobs('letter.send')).length]).toEqual([[], 1])
})
