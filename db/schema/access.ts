import { sql } from 'drizzle-orm'
import { index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { createdAt, instant, wordsOf } from './columns.ts'

export const person = pgTable(
  'person',
  {
    id: uuid('id').primaryKey(),
    /** NFKC, trimmed, lower case: the identity. */
    emailNormal: text('email_normal').notNull().unique(),
    /** As typed: where letters go. */
    emailRaw: text('email_raw').notNull(),
    name: text('name'),
    role: text('role', { enum: ['learner', 'admin'] })
      .notNull()
      .default('learner'),
    /** Where an operator's role comes from: the settings (which also take it back) or a hand; null for learners. */
    roleFrom: text('role_from', { enum: ['settings', 'hand'] }),
    /** Raised by „überall abmelden“; a session with an older version is over. */
    sessionVersion: integer('session_version').notNull().default(1),
    /** Text such as `purchase:{id}`: which event made this account. The success page may log in only that purchase. */
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    firstLoginAt: instant('first_login_at'),
  },
  (table) => [
    index('person_created').on(table.createdAt),
    index('person_words').using('gin', wordsOf(table.name, table.emailNormal)),
  ],
)

export const session = pgTable(
  'session',
  {
    id: uuid('id').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => person.id),
    kind: text('kind', { enum: ['proven', 'unproven'] }).notNull(),
    personVersion: integer('person_version').notNull(),
    /** „Firefox auf Windows“: shown in the account, never an address. */
    device: text('device').notNull(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull().defaultNow(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('session_person').on(table.personId)],
)

/** One row per letter that carries a link or a code. Only hashes: the token itself is HMAC(key, outbox id). */
export const loginToken = pgTable(
  'login_token',
  {
    /** The outbox letter's id. */
    id: uuid('id').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => person.id),
    purpose: text('purpose', { enum: ['login', 'welcome'] }).notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    codeHash: text('code_hash'),
    /** SHA-256 of the pre-login cookie: the code works only in the browser that asked. */
    browserHash: text('browser_hash'),
    codeTries: integer('code_tries').notNull().default(0),
    next: text('next'),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    consumedAt: instant('consumed_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('login_token_person').on(table.personId), index('login_token_browser').on(table.browserHash)],
)

export const accessGrant = pgTable(
  'access_grant',
  {
    id: uuid('id').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => person.id),
    course: text('course').notNull(),
    /** `purchase:{id}` or `hand:{audit id}`: why this grant exists. Access stores it without looking the cause up. */
    source: text('source').notNull(),
    startsAt: instant('starts_at').notNull(),
    createdAt: createdAt(),
    revokedAt: instant('revoked_at'),
    revokeReason: text('revoke_reason'),
  },
  (table) => [
    uniqueIndex('access_grant_source').on(table.source, table.course),
    index('access_grant_person').on(table.personId),
  ],
)

/**
 * A wish to move an account to another address: both mailboxes must agree before anything changes. The links' tokens
 * are HMAC(key, letter id) like a login's; only their hashes stand here.
 */
export const emailChange = pgTable(
  'email_change',
  {
    id: uuid('id').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => person.id),
    newNormal: text('new_normal').notNull(),
    /** As typed: where letters go. */
    newRaw: text('new_raw').notNull(),
    oldTokenHash: text('old_token_hash').notNull().unique(),
    newTokenHash: text('new_token_hash').notNull().unique(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    oldConfirmedAt: instant('old_confirmed_at'),
    newConfirmedAt: instant('new_confirmed_at'),
    /** Both agreed, and the account moved. */
    movedAt: instant('moved_at'),
    cancelledAt: instant('cancelled_at'),
  },
  (table) => [
    uniqueIndex('email_change_open').on(table.personId).where(sql`moved_at is null and cancelled_at is null`),
  ],
)
