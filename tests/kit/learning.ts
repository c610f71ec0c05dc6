import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { courseRules } from '#domain/learning/courseRules.ts'
import { startBunny } from '#emulators/bunny.ts'
import { createVideoHost } from '#libs/bunnyStream.ts'
import { createContent } from '#libs/content.ts'
import { ids } from '#libs/ids.ts'
import { createJobSender } from '#libs/jobQueue.ts'
import { createLog } from '#libs/log.ts'
import { createDatabase } from '#libs/postgres.ts'
import type { Ctx, ReleasePlan } from '#ports'
import { createAlarms } from '#records/alarms.ts'
import { createAudit } from '#records/auditLog.ts'
import { createJournal } from '#records/journal.ts'
import { createRefusedDeliveries } from '#records/refusedDeliveries.ts'
import { createInbox } from '#records/webhookStore.ts'
import { root } from './processes.ts'

export const bunnyKeys = { libraryId: '700700', accessKey: 'a-key', readOnlyKey: 'ro-key', tokenKey: 'token-key' }

export interface LearningWorld {
  ctx: Ctx
  bunnyUrl: string
  dataDir: string
  /** Moves the domain's clock; milliseconds. */
  pass(ms: number): void
  /** Replaces `content/releases.json`. */
  plan(plan: ReleasePlan): void
  /** Somebody with the course since now, or without it. */
  learner(options?: { course?: boolean }): Promise<Viewer>
  close(): Promise<void>
}

/** The learning domain on a real database and the Bunny emulator, in this process, with a clock that tests can move. */
export async function openLearning(databaseUrl: string): Promise<LearningWorld> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'werkstatt-learning-'))
  const log = createLog('test', 'silent')
  const content = createContent(root, courseRules)
  const videos = content
    .course()
    .lessons.flatMap(({ videoGuid, title, durationSeconds }) =>
      videoGuid ? [{ guid: videoGuid, title, length: durationSeconds }] : [],
    )
  const webhookUrl = 'http://127.0.0.1:9/api/webhook/bunny'
  const bunny = await startBunny({ port: 0, ...bunnyKeys, webhookUrl, videos }, dataDir)
  const database = createDatabase({ url: databaseUrl, log })
  const sender = createJobSender(database.pool, log)
  let ahead = 0
  const clock = { now: () => new Date(Date.now() + ahead) }
  let plan = content.releases()
  // Payments, letters and tokens have no part in learning: touching one is a mistake and fails.
  const ctx = {
    db: database.db,
    jobs: sender.jobs,
    inbox: createInbox({ database, sender, log }),
    videos: createVideoHost({ ...bunnyKeys, cdnBaseUrl: bunny.url, apiBaseUrl: bunny.url }, log),
    journal: createJournal(dataDir),
    alarms: createAlarms(database.db, clock, log),
    refusedDeliveries: createRefusedDeliveries(database.db, clock, log),
    content: { ...content, releases: () => plan },
    settings: { livemode: false },
    audit: createAudit(clock),
    clock,
    ids,
    log,
    requestId: 'test-request',
  } as unknown as Ctx

  return {
    ctx,
    bunnyUrl: bunny.url,
    dataDir,
    pass: (ms) => {
      ahead += ms
    },
    plan: (next) => {
      plan = next
    },
    learner: async ({ course = true } = {}) => {
      const email = `${ids.uuid()}@werkstatt.test`
      const { personId } = await findOrCreatePerson(ctx, { email, createdBy: 'test' })
      if (course)
        await ensureGrant(ctx, { personId, course: 'kurs', source: `hand:${personId}`, startsAt: ctx.clock.now() })
      return viewerOf(personId, course ? ['kurs'] : [])
    },
    close: async () => {
      await sender.stop().catch(() => {})
      await database.close()
      await bunny.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

const viewerOf = (personId: string, courses: string[]): Viewer => ({
  personId,
  emailMasked: 't•••@werkstatt.test',
  email: null,
  name: null,
  role: 'learner',
  kind: 'proven',
  sessionId: ids.uuid(),
  courses,
  degraded: false,
  version: 1,
  expiresAt: new Date(Date.now() + 86_400_000),
  seenAt: new Date(),
})

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error) =>
      (error as { code?: string; failure?: string }).code ?? (error as { failure?: string }).failure ?? String(error),
  )
