import { sql } from 'drizzle-orm'
import { bigint, boolean, date, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from './columns.ts'

/** The inbox: a 2xx to the sender means this row is committed, together with its job. */
export const webhookEvent = pgTable(
  'webhook_event',
  {
    source: text('source', { enum: ['stripe', 'bunny', 'resend'] }).notNull(),
    id: text('id').notNull(),
    type: text('type').notNull(),
    objectId: text('object_id'),
    livemode: boolean('livemode').notNull().default(false),
    apiVersion: text('api_version'),
    /** The bytes as signed; emptied after 90 days. */
    raw: bytes('raw'),
    requestId: text('request_id'),
    traceparent: text('traceparent'),
    receivedAt: instant('received_at').notNull().defaultNow(),
    /**
     * When the sender first delivered it. Null: we only found it by asking, so it does not show that deliveries arrive.
     */
    deliveredAt: instant('delivered_at'),
    handledAt: instant('handled_at'),
    /** When an operator last had it worked again; its age as an open event counts from then. */
    reopenedAt: instant('reopened_at'),
    /** What came of it: `settled`, `ignored: …`. */
    outcome: text('outcome'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
  },
  (table) => [
    primaryKey({ columns: [table.source, table.id] }),
    index('webhook_event_open').on(table.receivedAt).where(sql`handled_at is null`),
    index('webhook_event_object').on(table.objectId),
    index('webhook_event_received').on(table.receivedAt),
  ],
)

/**
 * How many deliveries a webhook refused on one day, and why. Anybody can cause them, so they are counted, never stored.
 */
export const webhookRefusal = pgTable(
  'webhook_refusal',
  {
    /** In Berlin. */
    day: date('day').notNull(),
    source: text('source', { enum: ['stripe', 'bunny', 'resend'] }).notNull(),
    /** A code of `errors.ts`, or a finer word where we know more. */
    reason: text('reason').notNull(),
    times: integer('times').notNull(),
    lastAt: instant('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.source, table.reason] })],
)

/** Who did what by hand, with which reason. Append-only; the id is the action's idempotency key. */
export const auditEntry = pgTable(
  'audit_entry',
  {
    id: uuid('id').primaryKey(),
    at: instant('at').notNull(),
    /** `person:{id}` of an operator, `buyer`, `cli`. */
    actor: text('actor').notNull(),
    /** `purchase.refund`, `letter.resend`, `grant.add`, …: noun and verb. */
    action: text('action').notNull(),
    personId: uuid('person_id'),
    purchaseId: uuid('purchase_id'),
    /** What it was done to when that is neither person nor purchase: an event id, a letter id, a job id. */
    target: text('target'),
    reason: text('reason'),
    /** Ids and figures, never an address or a secret. */
    detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    index('audit_at').on(table.at),
    index('audit_person').on(table.personId),
    index('audit_purchase').on(table.purchaseId),
  ],
)

/** One row per cause that needs a person; it is cleared when the cause is over, and may be raised again. */
export const alarm = pgTable('alarm', {
  /** Stable code, e.g. `mail_quota`. */
  cause: text('cause').primaryKey(),
  /** German sentence with the next step. */
  message: text('message').notNull(),
  firstAt: instant('first_at').notNull(),
  lastAt: instant('last_at').notNull(),
  times: integer('times').notNull().default(1),
  clearedAt: instant('cleared_at'),
  /** At most one mail per cause and hour, of a warning one a day. */
  mailedAt: instant('mailed_at'),
})

/** One arrow of the sequence diagram as it happened: the live flow view draws these rows. */
export const flowStep = pgTable(
  'flow_step',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** 32 hex characters of the W3C trace. */
    traceId: text('trace_id').notNull(),
    spanId: text('span_id').notNull(),
    parentSpanId: text('parent_span_id'),
    at: instant('at').notNull(),
    durationMs: integer('duration_ms').notNull().default(0),
    /** Lanes: browser, web, stripe, webhook, worker, resend, database. */
    fromLane: text('from_lane').notNull(),
    toLane: text('to_lane').notNull(),
    name: text('name').notNull(),
    outcome: text('outcome').notNull(),
    detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [index('flow_step_trace').on(table.traceId, table.at), index('flow_step_at').on(table.at)],
)

export const heartbeat = pgTable('heartbeat', {
  /** `worker:{host}:{random id of the process}`. */
  name: text('name').primaryKey(),
  at: instant('at').notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
})
