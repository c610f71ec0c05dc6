import { randomUUID } from 'node:crypto'
import { and, desc, eq, getTableColumns, inArray, isNotNull, isNull, lt, max, sql } from 'drizzle-orm'
import { fromDrizzle, type PgBoss } from 'pg-boss'
import { webhookEvent } from '#db/schema.ts'
import type { JobSender } from '#libs/jobQueue.ts'
import { withoutValues } from '#libs/log.ts'
import type { Database } from '#libs/postgres.ts'
import { storable } from '#libs/storable.ts'
import type { CrashPoint, Db, EventHead, Inbox, InboxEvent, Log, Queries, StoredEvent } from '#ports'
import { naturalBatch } from '../naturalBatch.ts'

/** The inbox of signed deliveries; the only code that writes `webhook_event`. `vitals.ts` counts its open rows. */

type Source = InboxEvent['source']
type Verdict = 'new' | 'duplicate'

/** Bodies are at most 512 kB each and all travel in one parameter. */
const BATCH_LIMIT = 200
const ERROR_LENGTH = 500

interface Store {
  database: Database
  sender: JobSender
  log: Log
  crashPoint?: (name: CrashPoint) => void
}

/** The port `Inbox`. Opens no connection. */
export function createInbox(store: Store): Inbox {
  const { db } = store.database
  const statements = new Map<Source, Promise<AcceptStatement | null>>()
  const batches = new Map(
    (['stripe', 'bunny', 'resend'] as const).map((source) => [
      source,
      naturalBatch((events: InboxEvent[]) => reserveWebhookEvents(store, statements, source, events), {
        maxItems: BATCH_LIMIT,
      }),
    ]),
  )
  return {
    reserve: (event) => reserveWebhookEvent(batches, event),
    markProcessed: markWebhookProcessed,
    markFailed: async (source, id, error) => {
      await db.q
        .update(webhookEvent)
        .set({
          attempts: sql`${webhookEvent.attempts} + 1`,
          lastError: storable(withoutValues(error).slice(0, ERROR_LENGTH)),
        })
        .where(and(eq(webhookEvent.source, source), eq(webhookEvent.id, id)))
    },
    read: async (source, id) => {
      const [row] = await db.q
        .select()
        .from(webhookEvent)
        .where(and(eq(webhookEvent.source, source), eq(webhookEvent.id, id)))
      return row ? asStoredEvent(row) : null
    },
    readAll: async (source, ids) => {
      const these = sql`${webhookEvent.id} = any(${sql.param(ids)}::text[])`
      const rows = await db.q
        .select()
        .from(webhookEvent)
        .where(and(eq(webhookEvent.source, source), these))
      return rows.map(asStoredEvent)
    },
    markAllProcessed,
    list: (filter) => list(db, filter),
    reopen: async (inside, source, id) => {
      const rows = await inside.q
        .update(webhookEvent)
        .set({ handledAt: null, outcome: null, reopenedAt: sql`now()` })
        .where(and(eq(webhookEvent.source, source), eq(webhookEvent.id, id)))
        .returning({ id: webhookEvent.id })
      return rows.length === 1
    },
    known: (source, ids) => known(db, source, ids),
    deliveredLast: (source, types) => deliveredLast(db, source, types),
    forgetBodies: (before, limit) => forgetBodies(db, before, limit),
  }
}

/**
 * Stores the event and its job in one transaction: both or neither, and a 2xx to the sender means both are
 * committed (I4). Answers `duplicate` when the id was there already. Arrivals during a running commit share the
 * next one. Throws `database_unavailable`.
 */
function reserveWebhookEvent(
  batches: Map<Source, (event: InboxEvent) => Promise<Verdict>>,
  event: InboxEvent,
): Promise<Verdict> {
  return batches.get(event.source)!(event)
}

/**
 * Stamps the event as handled, inside the transaction of its effects, which may safely run twice.
 * `forgetBody` keeps only the ids of somebody else's object.
 */
async function markWebhookProcessed(
  db: Db,
  source: Source,
  id: string,
  outcome: string,
  options: { forgetBody?: boolean } = {},
): Promise<void> {
  await db.q
    .update(webhookEvent)
    .set({
      handledAt: sql`now()`,
      outcome,
      attempts: sql`${webhookEvent.attempts} + 1`,
      lastError: null,
      ...(options.forgetBody ? { raw: null } : {}),
    })
    .where(and(eq(webhookEvent.source, source), eq(webhookEvent.id, id)))
}

/** In the order of their ids, so that two processes with common events cannot wait for each other in a ring. */
async function markAllProcessed(db: Db, source: Source, handled: { id: string; outcome: string }[]): Promise<void> {
  await db.q.execute(sql`
    with told as materialized (
      select e.source, e.id, t.outcome from webhook_event e
      join json_to_recordset(${JSON.stringify(handled)}::json) as t(id text, outcome text) on t.id = e.id
      where e.source = ${source} order by e.id for update of e)
    update webhook_event e set handled_at = now(), outcome = told.outcome, attempts = e.attempts + 1, last_error = null
    from told where e.source = told.source and e.id = told.id`)
}

async function reserveWebhookEvents(
  store: Store,
  statements: Map<Source, Promise<AcceptStatement | null>>,
  source: Source,
  events: InboxEvent[],
): Promise<Verdict[]> {
  // The same id twice in one batch: the first is the delivery, the others its duplicates.
  const firsts = [...new Map(events.toReversed().map((event) => [event.id, event])).values()]
  const boss = await store.sender.boss()
  let statement = statements.get(source)
  if (!statement) {
    statement = readStatement(boss, source, store.log)
    statements.set(source, statement)
    statement.catch(() => statements.delete(source))
  }
  const accept = await statement
  const fresh = accept
    ? await acceptInOneStatement(store, accept, firsts)
    : await acceptInTransaction(store, boss, source, firsts)
  await markDelivered(store.database.db, source, repeated(events, firsts, fresh))
  store.crashPoint?.('inbox.after-commit')
  const seen = new Set<string>()
  return events.map(({ id }) => {
    const verdict = fresh.has(id) && !seen.has(id) ? 'new' : 'duplicate'
    seen.add(id)
    return verdict
  })
}

/** Delivered, but stored before: as a rule by an earlier delivery, or else by a look of ours. */
const repeated = (events: InboxEvent[], firsts: InboxEvent[], fresh: Set<string>): string[] => {
  const byDelivery = new Set(firsts.flatMap(({ id, found }) => (fresh.has(id) && !found ? id : [])))
  return events.flatMap(({ id, found }) => (found || byDelivery.has(id) ? [] : id))
}

/**
 * Before the sender hears 2xx, so that it repeats if this is lost. In the order of their ids, like `markAllProcessed`.
 */
async function markDelivered(db: Db, source: Source, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await db.q.execute(sql`
    with came as materialized (
      select source, id from webhook_event
      where source = ${source} and id = any(${sql.param(ids)}::text[]) and delivered_at is null
      order by id for update)
    update webhook_event e set delivered_at = now() from came where e.source = came.source and e.id = came.id`)
}

const jobOf = (event: InboxEvent) => ({
  id: randomUUID(),
  data: {
    eventId: event.id,
    requestId: event.requestId,
    ...(event.traceparent ? { traceparent: event.traceparent } : {}),
  },
})

// ── one statement ────────────────────────────────────────────────────────────────────────────────

interface AcceptStatement {
  name: string
  text: string
}

/**
 * pg-boss's own insert with the event rows put in front of it, so that both pay one round trip and one NOTIFY lock
 * (docs/decisions/oneStatementInbox.md). It rests on two fragments of pg-boss's text; when a new version has other
 * words this answers null, and the slower transaction does the same work.
 */
async function readStatement(boss: PgBoss, source: Source, log: Log): Promise<AcceptStatement | null> {
  let recorded = ''
  await boss.insert(`${source}.event`, [{ data: {} }], {
    db: {
      executeSql: async (text: string) => {
        recorded = text
        return { rows: [] }
      },
    },
  })
  const text = withEventsInFront(recorded, source)
  if (text === null) log.warn({ source }, 'the job queue inserts in other words now; using the slower inbox')
  return text === null ? null : { name: `accept-${source}`, text }
}

const jobsParameter = '$1::text::json'

export function withEventsInFront(insert: string, source: Source): string | null {
  const trimmed = insert.trim()
  if (trimmed.split(jobsParameter).length !== 2 || !/^WITH ins AS \(/.test(trimmed) || trimmed.includes('$2'))
    return null
  // Jobs only for events that are new. The statement's last SELECT becomes the list of those.
  const [, body, notified] =
    /^WITH ins AS \(([\s\S]*)\),\s*notified AS \(([\s\S]*)\)\s*SELECT id FROM ins WHERE[\s\S]*$/.exec(trimmed) ?? []
  if (!body || !notified) return null
  const jobs = `(select coalesce(json_agg(x), '[]') from json_array_elements(${jobsParameter}) x
    where x->'data'->>'eventId' in (select id from ev))`
  return `WITH ev AS (
      insert into webhook_event (source, id, type, object_id, livemode, api_version, raw, request_id, traceparent, delivered_at,
        handled_at, outcome)
      select '${source}', id, type, "objectId", livemode, "apiVersion", decode(raw, 'base64'), "requestId", traceparent,
        case when found is null then now() end, case when outcome is not null then now() end, outcome
      from json_to_recordset($2::text::json) as y(id text, type text, "objectId" text, livemode boolean,
        "apiVersion" text, raw text, "requestId" text, traceparent text, outcome text, found boolean)
      on conflict do nothing returning id),
    ins AS (${body.replace(jobsParameter, jobs)}),
    notified AS (${notified})
    SELECT id FROM ev WHERE (SELECT count(*) FROM notified) >= 0`
}

async function acceptInOneStatement(
  { database, crashPoint }: Store,
  statement: AcceptStatement,
  events: InboxEvent[],
): Promise<Set<string>> {
  const jobs = events.filter((event) => event.outcome === undefined).map(jobOf)
  const rows = events.map((event) => ({ ...event, raw: event.raw?.toString('base64') ?? null }))
  const values = [JSON.stringify(jobs), JSON.stringify(rows)]
  // Insert and commit are one statement here, so „between them“ is before it.
  crashPoint?.('inbox.before-commit')
  const answer = await database.pool.query<{ id: string }>({ ...statement, values })
  return new Set(answer.rows.map((row) => row.id))
}

// ── the plain transaction ────────────────────────────────────────────────────────────────────────

async function acceptInTransaction(
  { database, crashPoint }: Store,
  boss: PgBoss,
  source: Source,
  events: InboxEvent[],
): Promise<Set<string>> {
  return database.db.transaction(async (db) => {
    const inserted = await insertRows(db.q, events)
    const jobs = events.filter((event) => inserted.has(event.id) && event.outcome === undefined).map(jobOf)
    if (jobs.length > 0) await boss.insert(`${source}.event`, jobs, { db: fromDrizzle(db.q, sql) })
    crashPoint?.('inbox.before-commit')
    return inserted
  })
}

async function insertRows(q: Queries, events: InboxEvent[]): Promise<Set<string>> {
  const rows = await q
    .insert(webhookEvent)
    .values(
      events.map(({ found, ...event }) => ({
        ...event,
        deliveredAt: found ? null : sql`now()`,
        outcome: event.outcome ?? null,
        handledAt: event.outcome === undefined ? null : sql`now()`,
      })),
    )
    .onConflictDoNothing()
    .returning({ id: webhookEvent.id })
  return new Set(rows.map((row) => row.id))
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

/** A body is up to 512 kB, and nobody reads it from a list. */
const { raw: _, ...listedColumns } = getTableColumns(webhookEvent)

async function list(db: Db, filter: Parameters<Inbox['list']>[0]): Promise<EventHead[]> {
  const { beforeRow } = filter
  const rows = await db.q
    .select(listedColumns)
    .from(webhookEvent)
    .where(
      and(
        filter.source ? eq(webhookEvent.source, filter.source) : undefined,
        filter.open === undefined
          ? undefined
          : filter.open
            ? isNull(webhookEvent.handledAt)
            : isNotNull(webhookEvent.handledAt),
        filter.before ? lt(webhookEvent.receivedAt, filter.before) : undefined,
        // Deliveries of one batch share their instant, so the row itself is the cursor.
        beforeRow
          ? sql`(${webhookEvent.receivedAt}, ${webhookEvent.id}) < (select e.received_at, e.id from webhook_event e
              where e.source = ${beforeRow.source} and e.id = ${beforeRow.id})`
          : undefined,
        filter.objectIds ? inArray(webhookEvent.objectId, filter.objectIds) : undefined,
        filter.failing ? isNotNull(webhookEvent.lastError) : undefined,
      ),
    )
    .orderBy(desc(webhookEvent.receivedAt), desc(webhookEvent.id))
    .limit(filter.limit)
  return rows.map((row) => ({ ...row, requestId: row.requestId ?? row.id }))
}

async function known(db: Db, source: Source, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.q
    .select({ id: webhookEvent.id })
    .from(webhookEvent)
    .where(and(eq(webhookEvent.source, source), inArray(webhookEvent.id, ids)))
  return new Set(rows.map(({ id }) => id))
}

/** Asked while an alarm is open, so no index of its own. */
async function deliveredLast(db: Db, source: Source, types?: string[]): Promise<Date | null> {
  const [row] = await db.q
    .select({ at: max(webhookEvent.deliveredAt) })
    .from(webhookEvent)
    .where(and(eq(webhookEvent.source, source), types ? inArray(webhookEvent.type, types) : undefined))
  return row?.at ?? null
}

/** An open event keeps its body however old it is: it is still to be worked. */
async function forgetBodies(db: Db, receivedBefore: Date, limit: number): Promise<number> {
  const old = db.q
    .select({ id: webhookEvent.id })
    .from(webhookEvent)
    .where(
      and(isNotNull(webhookEvent.raw), isNotNull(webhookEvent.handledAt), lt(webhookEvent.receivedAt, receivedBefore)),
    )
    .orderBy(webhookEvent.receivedAt)
    .limit(limit)
  const rows = await db.q
    .update(webhookEvent)
    .set({ raw: null })
    .where(and(inArray(webhookEvent.id, old), lt(webhookEvent.receivedAt, receivedBefore)))
    .returning({ id: webhookEvent.id })
  return rows.length
}

const asStoredEvent = (row: typeof webhookEvent.$inferSelect): StoredEvent => ({
  ...row,
  requestId: row.requestId ?? row.id,
})
