import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, instant } from './columns.ts'

/**
 * Outbox and record of letters: a row is written together with its cause, then sent, then follows the provider's
 * events.
 */
export const letter = pgTable(
  'letter',
  {
    /** Also the Resend idempotency key, and the seed of the letter's link token. */
    id: uuid('id').primaryKey(),
    /** `welcome`, `login`, `no_access`, …: one template each. */
    kind: text('kind').notNull(),
    /** `welcome:{purchaseId}`: at most one automatic letter per purchase and kind. */
    uniqueKey: text('unique_key').notNull().unique(),
    personId: uuid('person_id'),
    purchaseId: uuid('purchase_id'),
    toAddress: text('to_address').notNull(),
    /** Everything the template needs, frozen; with version and key id a retry renders the same bytes. */
    inputs: jsonb('inputs').$type<Record<string, unknown>>().notNull(),
    templateVersion: integer('template_version').notNull(),
    keyId: text('key_id').notNull(),
    state: text('state', {
      enum: [
        'queued',
        'handed_over',
        'sent',
        'delivered',
        'delayed',
        'bounced',
        'complained',
        'suppressed',
        'failed',
        'parked',
        'unknown',
        'dropped',
      ],
    })
      .notNull()
      .default('queued'),
    /** A sentence a person can act on: „Postfach voll“, „Absender nicht bestätigt“. */
    reason: text('reason'),
    /**
     * Why a letter is `parked`, as a code (`mail_quota`, `mail_address`, …): all letters of one cause go on together.
     */
    parkedFor: text('parked_for'),
    attempts: integer('attempts').notNull().default(0),
    /** When the first attempt with an unknown outcome began: 23 hours later automatic attempts end. */
    ambiguousAt: instant('ambiguous_at'),
    /** A letter not handed over by this instant is dropped; set for login letters. */
    dropAfter: instant('drop_after'),
    providerId: text('provider_id'),
    requestId: text('request_id'),
    traceparent: text('traceparent'),
    /** When an operator ticked it off: it no longer counts as stuck. */
    closedAt: instant('closed_at'),
    closedBy: text('closed_by'),
    createdAt: createdAt(),
    handedOverAt: instant('handed_over_at'),
    deliveredAt: instant('delivered_at'),
    stateAt: instant('state_at').notNull().defaultNow(),
  },
  (table) => [
    index('letter_person').on(table.personId),
    index('letter_purchase').on(table.purchaseId),
    index('letter_provider').on(table.providerId),
    index('letter_state').on(table.state, table.createdAt),
    index('letter_created').on(table.createdAt),
    index('letter_address').on(sql`lower(${table.toAddress})`),
    index('letter_open').on(table.createdAt).where(sql`state = 'queued'`),
    index('letter_parked').on(table.parkedFor, table.stateAt).where(sql`state = 'parked'`),
  ],
)
