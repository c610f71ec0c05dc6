import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { fromDrizzle, type JobInsert, type JobResult, PgBoss, type QueueOptions } from 'pg-boss'

import { looksLost } from '#libs/databaseTrouble.ts'
import { diedJobs, findTroubled, forgetDeadJobs, hurryJob, livingJobs, lookAtJobs, takeDeadJob } from '#libs/jobList.ts'
import { storable } from '#libs/storable.ts'
import type { Db, JobName, JobPayloads, Jobs, Log } from '#ports'
import { naturalBatch } from '../naturalBatch.ts'

/** Where jobs end that failed for good; the admin area lists them. */
export const DEAD_LETTERS = 'dead'

/**
 * A killed worker's job runs again once its heartbeat is missed (10 s is pg-boss's minimum). Rows, not jobs, are the
 * truth: pg-boss forgets waiting jobs after 14 days.
 */
const patient: QueueOptions = {
  retryLimit: 20,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 3600,
  heartbeatSeconds: 10,
  expireInSeconds: 120,
}
const quick: QueueOptions = { ...patient, retryLimit: 5, retryDelayMax: 60 }

export const queues: Record<JobName, QueueOptions> = {
  'stripe.event': patient,
  'order.settle': patient,
  // 12 tries with back-off stay below the 23 hours in which Resend remembers an idempotency key.
  'letter.send': { ...patient, retryLimit: 14, retryDelayMax: 7200, expireInSeconds: 60 },
  'login.request': quick,
  'access.claim': patient,
  'bunny.event': quick,
  'resend.event': patient,
  'price.mirror': quick,
  'video.sync': quick,
  'withdrawal.match': patient,
}

/** Creates pg-boss's schema and every queue. Call under the migration lock, with the owner's rights. */
export async function createQueues(connectionString: string): Promise<void> {
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false, max: 2 })
  boss.on('error', () => {})
  await boss.start()
  try {
    await boss.createQueue(DEAD_LETTERS)
    for (const [name, options] of Object.entries(queues)) {
      const settings = { ...options, deadLetter: DEAD_LETTERS, notify: true }
      if (await boss.getQueue(name)) await boss.updateQueue(name, settings)
      else await boss.createQueue(name, settings)
    }
  } finally {
    await boss.stop({ graceful: false })
  }
}

export interface JobSender {
  jobs: Jobs
  /** The started client, for the inbox's one-statement insert. Rejects while the database is away. */
  boss(): Promise<PgBoss>
  stop(): Promise<void>
}

/** Sends through our own pool, never polls. Starts on first use, so that a process can boot without a database. */
export function createJobSender(pool: pg.Pool, log: Log, traceparent: () => string | null = () => null): JobSender {
  const direct = { executeSql: (text: string, values?: unknown[]) => pool.query(text, values) }
  let started: Promise<PgBoss> | null = null

  const start = async () => {
    const boss = new PgBoss({ db: direct, migrate: false, supervise: false, schedule: false })
    boss.on('error', (error) => log.warn({ err: error }, 'job queue'))
    await boss.start()
    return boss
  }
  const boss = () => {
    started ??= start().catch((error) => {
      started = null
      throw error
    })
    return started
  }

  // NOTIFY makes commits go one after another, so sends outside of transactions share statement and commit.
  const together = new Map<JobName, (job: JobInsert) => Promise<void>>()
  const sendTogether = (name: JobName, job: JobInsert) => {
    let batch = together.get(name)
    if (!batch) {
      batch = naturalBatch(async (batched) => {
        await (await boss()).insert(name, batched, { db: direct })
        return batched.map(() => undefined)
      })
      together.set(name, batch)
    }
    return batch(job)
  }

  const jobs: Jobs = {
    async send<Name extends JobName>(db: Db, name: Name, given: JobPayloads[Name], options = {}) {
      const here = given.traceparent ?? traceparent()
      const data = here ? { ...given, traceparent: here } : given
      if (!db.inTransaction) return sendTogether(name, { ...options, data })
      await (await boss()).send(name, data, { ...options, db: fromDrizzle(db.q, sql) })
    },
    async sendAll(db, name, list) {
      const here = traceparent()
      const inserts = list.map(({ data, ...options }) => {
        const parent = data.traceparent ?? here
        return { ...options, data: parent ? { ...data, traceparent: parent } : data }
      })
      if (inserts.length > 0) await (await boss()).insert(name, inserts, { db: fromDrizzle(db.q, sql) })
    },
    alive: livingJobs,
    died: (db, name, field, values) => diedJobs(db, DEAD_LETTERS, name, field, values),
    forgetDead: (db, name, field, values) => forgetDeadJobs(db, DEAD_LETTERS, name, field, values),
    look: (db, limit) => lookAtJobs(db, { names: Object.keys(queues) as JobName[], dead: DEAD_LETTERS, limit }),
    find: (db, id) => findTroubled(db, DEAD_LETTERS, id),
    async redrive(db, id) {
      const taken = await takeDeadJob(db, DEAD_LETTERS, id)
      if (!taken) return hurryJob(db, DEAD_LETTERS, id)
      await (await boss()).send(taken.job.name, taken.data, { db: fromDrizzle(db.q, sql) })
      return taken.job
    },
    discard: async (db, id) => (await takeDeadJob(db, DEAD_LETTERS, id))?.job ?? null,
  }
  return { jobs, boss, stop: async () => void (await (await started)?.stop({ graceful: false })) }
}

export type JobHandlers = { [Name in JobName]: (data: JobPayloads[Name]) => Promise<void> }

/** Jobs fetched at once; they run side by side. */
const BATCH = 5
/** These ask nobody outside and share their statements, so that many cost little more than one. */
const LARGE_BATCH: Partial<Record<JobName, number>> = { 'resend.event': 50 }
const REACH_AGAIN_MS = 1_000

export interface JobRunner {
  /** Stops fetching, lets running jobs finish up to `timeoutMs`, returns the rest to the queue. */
  stop(timeoutMs: number): Promise<void>
}

/**
 * Waits for a database that is away instead of failing: if the worker ended six times in a row, the supervisor would
 * stop everything, even the web, which can serve without a database.
 */
async function startWhenReachable(options: { connectionString: string; log: Log }): Promise<PgBoss> {
  while (true) {
    const boss = new PgBoss({
      connectionString: options.connectionString,
      max: 12,
      migrate: false,
      schedule: false,
      useListenNotify: true,
      supervise: true,
      superviseIntervalSeconds: 1,
      monitorIntervalSeconds: 1,
    })
    boss.on('error', (error) => options.log.warn({ err: error }, 'job queue'))
    try {
      await boss.start()
      return boss
    } catch (error) {
      if (!looksLost(error)) throw error
      options.log.warn({ err: error }, 'the database is away, the worker waits for it')
      await boss.stop({ graceful: false }).catch(() => {})
      await sleep(REACH_AGAIN_MS)
    }
  }
}

/**
 * The worker's side: LISTEN wakes it within milliseconds, polling is the backstop. Starts once the database answers.
 */
export async function runJobs(options: {
  connectionString: string
  handlers: JobHandlers
  concurrency: number
  log: Log
  onError: (name: JobName, data: unknown, error: unknown) => void
}): Promise<JobRunner> {
  const boss = await startWhenReachable(options)
  const workOne = async (name: JobName, job: { id: string; data: unknown }): Promise<JobResult> => {
    try {
      await (options.handlers[name] as (data: unknown) => Promise<void>)(job.data)
      return { id: job.id, status: 'completed' }
    } catch (error) {
      options.onError(name, job.data, error)
      return {
        id: job.id,
        status: 'failed',
        output: storable({ message: error instanceof Error ? error.message : String(error) }),
      }
    }
  }
  for (const name of Object.keys(queues) as JobName[]) {
    await boss.work(
      name,
      {
        localConcurrency: options.concurrency,
        batchSize: LARGE_BATCH[name] ?? BATCH,
        perJobResults: true,
        // Without this a worker with a backlog would sleep between two fetches.
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 2,
        notifyPollingIntervalSeconds: 2,
      },
      (batch) => Promise.all(batch.map((job) => workOne(name, job))),
    )
  }
  return { stop: (timeoutMs) => boss.stop({ graceful: true, timeout: timeoutMs }) }
}
