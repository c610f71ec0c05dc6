import { type JobHandlers, type JobRunner, runJobs } from '#libs/jobQueue.ts'
import { neverWaitForOutput } from '#libs/output.ts'
import { demandPooler } from '#libs/pooler.ts'
import { ctxFor, platform } from '#platform'
import type { JobName, JobPayloads, StepDetail } from '#ports'
import { startHeart } from '#records/heartbeat.ts'
import { type Handler, handlers } from './handlers.ts'
import { mergeOnRecovery } from './mergeOnRecovery.ts'
import { runSchedule } from './schedule.ts'

/** Running jobs get this long after SIGTERM; what is left goes back to the queue. */
const STOP_MS = 8_000
const CONCURRENCY = 2

/** Ids of what a job is about, for the trace; a login request has none. */
function referenceOf(data: JobPayloads[JobName]): StepDetail {
  const ids = ['eventId', 'sessionId', 'letterId', 'guid'] as const
  const [reference] = ids.flatMap((id) => (data as Partial<Record<(typeof ids)[number], string>>)[id] ?? [])
  return { worker: process.pid, about: reference ?? null }
}

async function start(): Promise<void> {
  neverWaitForOutput('worker')
  const here = platform('worker')
  await demandPooler(here.config, endWith)
  const bound = Object.fromEntries(
    Object.entries(handlers).map(([job, handler]) => [
      job,
      (data: JobPayloads[JobName]) =>
        here.ctx.trace.continue(data.traceparent, () =>
          here.ctx.trace.span(
            job,
            { from: 'database', to: 'worker', begun: true, detail: referenceOf(data) },
            async () => {
              await here.ctx.clock.known?.()
              return (handler as Handler<JobName>)(ctxFor(data.requestId), data as never)
            },
          ),
        ),
    ]),
  ) as unknown as JobHandlers
  const runner: JobRunner = await runJobs({
    // LISTEN needs a connection that is not shared by a pooler.
    connectionString: here.config.directUrl,
    handlers: bound,
    concurrency: CONCURRENCY,
    log: here.ctx.log,
    onError: (job, data, error) =>
      here.ctx.log.warn(
        { err: error, job, requestId: (data as { requestId?: string }).requestId },
        'job failed, will be tried again',
      ),
  })
  const heart = startHeart(here.ctx.db, here.ctx.log)
  await heart.beat()
  mergeOnRecovery(here)
  const schedule = runSchedule({ ...here.ctx, requestId: 'schedule' })
  // Draws the legal texts now, so that the first order need not wait for them; without a database it has to.
  void here.ctx.documents.legal(here.ctx.db).catch(() => {})
  here.ctx.log.info({}, 'worker ready')
  process.send?.({ type: 'ready' })

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    schedule.stop()
    await runner.stop(STOP_MS)
    await heart.stop().catch(() => {})
    await here.close().catch(() => {})
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function endWith(sentence: unknown): never {
  console.error(sentence)
  process.exit(1)
}

start().catch((error) => endWith(error instanceof Error ? error.message : error))
