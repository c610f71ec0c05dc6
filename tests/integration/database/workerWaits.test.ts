import { connect, createServer } from 'node:net'
import { afterAll, expect, inject, test } from 'vitest'
import { type JobHandlers, queues, runJobs } from '#libs/jobQueue.ts'
import { createLog } from '#libs/log.ts'
import { copyDatabase, type TestDatabase } from '#tests/kit/database.ts'
import { claimTcpPort } from '#tests/kit/tcpPorts.ts'

let copy: TestDatabase
const wire = createServer((near) => {
  const { hostname, port } = new URL(copy.url)
  const far = connect(Number(port), hostname)
  near.on('error', () => far.destroy()).pipe(far)
  far.on('error', () => near.destroy()).pipe(near)
})
afterAll(async () => {
  wire.close()
  await copy?.drop()
})

test('a worker that starts without a database waits for it', async () => {
  copy = await copyDatabase(inject('postgresUrl'))
  const port = await claimTcpPort()
  const url = Object.assign(new URL(copy.url), { hostname: '127.0.0.1', port: String(port) }).href
  const handlers = Object.fromEntries(
    Object.keys(queues).map((name) => [name, async () => {}]),
  ) as unknown as JobHandlers
  const log = createLog('test', 'silent')
  const starting = runJobs({ connectionString: url, handlers, concurrency: 1, log, onError: () => {} })
  const soon = new Promise((resolve) => setTimeout(resolve, 1_500, 'still waiting'))
  expect(await Promise.race([starting, soon])).toBe('still waiting')
  wire.listen(port, '127.0.0.1')
  const runner = await starting
  await runner.stop(1_000)
})
