import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Config, readConfig } from '#config'
import { courseRules } from '#domain/learning/courseRules.ts'
import { createLetters } from '#emails/letters.ts'
import { createVideoHost } from '#libs/bunnyStream.ts'
import { createContent, readOperator } from '#libs/content.ts'
import { createCrashPoint } from '#libs/crashPoint.ts'
import { createDatabaseClock } from '#libs/databaseClock.ts'
import { ids } from '#libs/ids.ts'
import { createJobSender, type JobSender } from '#libs/jobQueue.ts'
import { createTokens } from '#libs/jwt.ts'
import { createLog, withFacts } from '#libs/log.ts'
import { createDatabase, type Database } from '#libs/postgres.ts'
import { createLimits } from '#libs/rateLimit.ts'
import { createMailer } from '#libs/resend.ts'
import { createSandbox, type Sandbox } from '#libs/sandbox.ts'
import { createPayments } from '#libs/stripe.ts'
import { createTelemetry } from '#libs/telemetry.ts'
import { createContextStore } from '#libs/traceContext.ts'
import { createPaperDesk, paperLimits } from '#paper/desk.ts'
import { createDocuments } from '#paper/documents.ts'
import type { Ctx, Log, Settings } from '#ports'
import { createAlarms } from '#records/alarms.ts'
import { createAudit } from '#records/auditLog.ts'
import { createEndedSessions } from '#records/endedSessions.ts'
import { createFlow, lastStepId, workerAtWork } from '#records/flow.ts'
import { createJournal } from '#records/journal.ts'
import { createRefusedDeliveries } from '#records/refusedDeliveries.ts'
import { createTrace } from '#records/trace.ts'
import { traceInbox, traceMailer, tracePayments } from '#records/tracedPorts.ts'
import { createVitals, type Probes } from '#records/vitals.ts'
import { createInbox } from '#records/webhookStore.ts'

export interface Platform {
  config: Config
  database: Database
  sender: JobSender
  /** Probes for `/api/ready` and the alarms. */
  vitals: Probes
  /** The test bench's switches; null where Stripe or Resend are real. */
  sandbox: Sandbox | null
  /** Everything but the request id, which `ctxFor` adds. */
  ctx: Omit<Ctx, 'requestId'>
  close(): Promise<void>
}

function readSettings(config: Config, root: string): Settings {
  return {
    siteUrl: config.siteUrl,
    dataDir: config.dataDir,
    sandbox: config.emulated.length > 0,
    emulated: config.emulated,
    emulatorUrls: config.emulatorPages,
    livemode: config.stripe.livemode,
    priceRef: config.stripe.price,
    invoices: config.stripe.invoices,
    mailFrom: config.resend.from,
    mailReplyTo: config.resend.replyTo,
    adminEmails: config.adminEmails,
    operator: readOperator(root),
    mailEvents: config.resend.webhookSecret !== null,
    filmEvents: config.bunny.readOnlyKey !== null,
  }
}

function sandboxOf(config: Config, database: Database, log: Log): Sandbox | null {
  const { stripe, resend, emulated } = config
  const both = emulated.includes('stripe') && emulated.includes('resend') && !stripe.livemode
  if (!both || !stripe.apiBaseUrl || !resend.baseUrl) return null
  const query = (text: string, values?: unknown[]) => database.pool.query(text, values)
  const steps = { lastId: () => lastStepId(query), workerAfter: (stepId: number) => workerAtWork(query, stepId) }
  return createSandbox({ urls: { stripe: stripe.apiBaseUrl, resend: resend.baseUrl }, steps, log })
}

/**
 * A long timeout: nobody waits for the answer, and a busy process must not take the database for lost because of it.
 */
const askForTime = { text: 'select clock_timestamp() as at', query_timeout: 15_000 }

async function askTime(database: Database): Promise<Date> {
  const { rows } = await database.pool.query<{ at: Date }>(askForTime)
  if (!rows[0]) throw new Error('no time')
  return rows[0].at
}

function clockSentence(offMs: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(offMs) / 60_000))
  const off = minutes < 120 ? `${minutes} Minuten` : `${Math.round(minutes / 60)} Stunden`
  return `Die Uhr eines Rechners geht rund ${off} ${offMs > 0 ? 'vor' : 'nach'}, verglichen mit der Uhr der Datenbank. Gearbeitet wird nach der Datenbank; stell beide richtig (timedatectl), sonst werden Zustellungen von Stripe und Resend abgewiesen.`
}

/** Puts an implementation behind every port. Opens no connection: a process can start while PostgreSQL is away. */
export function buildPlatform(config: Config, part: string, root = process.cwd()): Platform {
  const contexts = createContextStore()
  const traced = () => {
    const now = contexts.getStore()
    return now ? { trace_id: now.traceId } : {}
  }
  const log = createLog(part, config.logLevel, traced)
  const database = createDatabase({
    url: config.databaseUrl,
    log,
    now: () => clock.now(),
    behindPooler: config.directUrl !== config.databaseUrl,
  })
  const flow = createFlow(database.pool, log)
  const telemetry = createTelemetry({ endpoint: config.otlpEndpoint, service: part, log })
  const trace = createTrace({ lane: part === 'web' ? 'web' : 'worker', contexts, flow, telemetry })
  const sender = createJobSender(database.pool, log, trace.traceparent)
  const failedTry = (outcome: string) => trace.note('try', { to: 'stripe', outcome })
  const settings = readSettings(config, root)
  const vitals = createVitals((text) => database.pool.query(text), root)
  const crashPoint = createCrashPoint(config.crashAt, config.dataDir)
  const paper = createPaperDesk({ file: paperThread(root), root, log, ...paperHeap(config) })
  const content = createContent(root, courseRules, { siteUrl: config.siteUrl })
  const clock = createDatabaseClock(
    () => askTime(database),
    (offMs) => void alarms.raise('clock_wrong', clockSentence(offMs)),
  )
  const alarms = createAlarms(database.db, clock, log)
  const ctx: Platform['ctx'] = {
    db: database.db,
    jobs: sender.jobs,
    inbox: traceInbox(createInbox({ database, sender, log, crashPoint }), trace),
    payments: tracePayments(
      createPayments(config.stripe, log, { onFailedTry: failedTry, now: () => clock.now() }),
      trace,
    ),
    videos: createVideoHost(config.bunny, log),
    mailer: traceMailer(createMailer(config.resend, log), trace),
    letters: createLetters(),
    documents: createDocuments({
      content,
      operator: settings.operator,
      siteUrl: config.siteUrl,
      paper,
      ids,
      log,
    }),
    tokens: createTokens(config, clock.now),
    limits: createLimits(database.pool),
    journal: createJournal(config.dataDir),
    endedSessions: createEndedSessions(),
    audit: createAudit(clock),
    alarms,
    refusedDeliveries: createRefusedDeliveries(database.db, clock, log),
    trace,
    flow,
    vitals,
    content,
    settings,
    crashPoint,
    clock,
    ids,
    log,
  }
  return {
    config,
    database,
    sender,
    vitals,
    sandbox: sandboxOf(config, database, log),
    ctx,
    close: async () => {
      await sender.stop().catch(() => {})
      await Promise.all([flow.flush(), telemetry.close()])
      await paper.close()
      await database.close()
    },
  }
}

const paperHeap = ({ paperHeapMb }: Config) =>
  paperHeapMb === null ? {} : { limits: { ...paperLimits, heapMb: paperHeapMb } }

/** The thread's program: a bundle beside this one (`start/build.ts`), or its source when this runs from source. */
function paperThread(root: string): URL {
  const here = fileURLToPath(import.meta.url)
  const file = here.endsWith('.mjs') ? path.join(path.dirname(here), 'paper.mjs') : path.join(root, 'paper/thread.ts')
  return pathToFileURL(file)
}

const shared = globalThis as { werkstatt?: Platform }

/** The platform of this process, made at the first call. On `globalThis`, because Next copies modules per route. */
export function platform(part = 'web'): Platform {
  shared.werkstatt ??= buildPlatform(readConfig(), part)
  return shared.werkstatt
}

/** The platform for one request or job; the id goes into every log line, job and letter that follows from it. */
export const ctxFor = (requestId: string): Ctx => {
  const { ctx } = platform()
  return { ...ctx, log: withFacts(ctx.log, { requestId }), requestId }
}
