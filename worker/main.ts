import { sql } from 'drizzle-orm'
import { type JobHandlers, type JobRunner, runJobs } from '#libs/jobQueue.ts'
import { neverWaitForOutput } from '#libs/output.ts'
import { ctxFor, type Platform, platform } from '#platform'
import type { JobName, JobPayloads, StepDetail } from '#ports'
import type { Handler } from './handler.ts'
import { accessClaim } from './handlers/accessClaim.ts'
import { bunnyEvent } from './handlers/bunnyEvent.ts'
import { letterSend } from './handlers/letterSend.ts'
import { loginRequest } from './handlers/loginRequest.ts'
import { orderSettle } from './handlers/orderSettle.ts'
import { priceMirror } from './handlers/priceMirror.ts'
import { resendEvent } from './handlers/resendEvent.ts'
import { stripeEvent } from './handlers/stripeEvent.ts'
import { videoSync } from './handlers/videoSync.ts'
import { withdrawalMatch } from './handlers/withdrawalMatch.ts'
import { mergeOnRecovery } from './mergeOnRecovery.ts'
import { runSchedule } from './schedule.ts'

/** Running jobs get this long after SIGTERM; what is left goes back to the queue. */
const STOP_MS = 8_000
const HEARTBEAT_MS = 10_000
const CONCURRENCY = 2

const handlers: { [Name in JobName]: Handler<Name> } = {
  'stripe.event': stripeEvent,
  'order.settle': orderSettle,
  'letter.send': letterSend,
  'login.request': loginRequest,
  'access.claim': accessClaim,
  'bunny.event': bunnyEvent,
  'resend.event': resendEvent,
  'price.mirror': priceMirror,
  'video.sync': videoSync,
  'withdrawal.match': withdrawalMatch,
}

const name = `worker:${process.pid}`

/** What a job is about, and who works it: ids only. A login request has none. */
function referenceOf(data: JobPayloads[JobName]): StepDetail {
  const ids = ['eventId', 'sessionId', 'letterId', 'guid'] as const
  const [reference] = ids.flatMap((id) => (data as Partial<Record<(typeof ids)[number], string>>)[id] ?? [])
  return { worker: process.pid, about: reference ?? null }
}

async function beat(here: Platform): Promise<void> {
  await here.ctx.db.q
    .execute(sql`insert into heartbeat (name, at) values (${name}, now()) on conflict (name) do update set at = now()`)
    .catch((error) => here.ctx.log.warn({ err: error }, 'heartbeat not written'))
}

async function start(): Promise<void> {
  neverWaitForOutput('worker')
  const here = platform('worker')
  const bound = Object.fromEntries(
    Object.entries(handlers).map(([job, handler]) => [
      job,
      (data: JobPayloads[JobName]) =>
        here.ctx.trace.continue(data.traceparent, () =>
          here.ctx.trace.span(job, { from: 'database', to: 'worker', begun: true, detail: referenceOf(data) }, () =>
            (handler as Handler<JobName>)(ctxFor(data.requestId), data as never),
          ),
        ),
    ]),
  ) as unknown as JobHandlers
  const runner: JobRunner = await runJobs({
    connectionString: here.config.databaseUrl,
    handlers: bound,
    concurrency: CONCURRENCY,
    log: here.ctx.log,
    onError: (job, data, error) =>
      here.ctx.log.warn(
        { err: error, job, requestId: (data as { requestId?: string }).requestId },
        'job failed, will be tried again',
      ),
  })
  await beat(here)
  // A killed worker leaves its row behind.
  await here.ctx.db.q.execute(sql`delete from heartbeat where at < now() - interval '1 day'`).catch(() => {})
  const pulse = setInterval(() => void beat(here), HEARTBEAT_MS)
  mergeOnRecovery(here)
  const schedule = runSchedule({ ...here.ctx, requestId: 'schedule' })
  // The first order should not wait for the legal texts to become documents; without a database it will.
  void here.ctx.documents.legal(here.ctx.db).catch(() => {})
  here.ctx.log.info({}, 'worker ready')
  process.send?.({ type: 'ready' })

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    clearInterval(pulse)
    schedule.stop()
    await runner.stop(STOP_MS)
    await here.ctx.db.q.execute(sql`delete from heartbeat where name = ${name}`).catch(() => {})
    await here.close().catch(() => {})
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

start().catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
