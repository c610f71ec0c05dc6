import { and, desc, eq, getTableColumns, gt, inArray, isNull, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import { accessGrant, loginToken, person, session, wordsOf } from '#db/schema.ts'
import type { Ctx } from '#ports'

/** The only SQL on `person`, `session`, `login_token` and `access_grant`. */

export type PersonRow = typeof person.$inferSelect
export type SessionRow = typeof session.$inferSelect
export type LoginTokenRow = typeof loginToken.$inferSelect

// ── persons ──────────────────────────────────────────────────────────────────────────────────────

export async function findPerson(ctx: Ctx, by: { id: string } | { emailNormal: string }): Promise<PersonRow | null> {
  const match = 'id' in by ? eq(person.id, by.id) : eq(person.emailNormal, by.emailNormal)
  const [row] = await ctx.db.q.select().from(person).where(match)
  return row ?? null
}

/** The person with this address, locked against changes until the transaction ends; waits for a move under way. */
export async function holdAddress(ctx: Ctx, emailNormal: string): Promise<PersonRow | null> {
  const [row] = await ctx.db.q.select().from(person).where(eq(person.emailNormal, emailNormal)).for('share')
  return row ?? null
}

/** Locks the owner of a link. Always before the link's own row: in one order no two logins can block each other. */
export async function holdOwner(ctx: Ctx, tokenHash: string): Promise<void> {
  const owner = ctx.db.q.select({ id: loginToken.personId }).from(loginToken).where(eq(loginToken.tokenHash, tokenHash))
  await ctx.db.q.select({ id: person.id }).from(person).where(inArray(person.id, owner)).for('update')
}

/** Whoever changes this person's row waits until the transaction ends. */
export async function holdPerson(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.q.select({ id: person.id }).from(person).where(eq(person.id, id)).for('update')
}

/** Every operator's id, locked: another change of roles waits until the transaction ends. */
export async function holdOperators(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db.q
    .select({ id: person.id })
    .from(person)
    .where(eq(person.role, 'admin'))
    .orderBy(person.id)
    .for('update')
  return rows.map(({ id }) => id)
}

/** Operators whose role came from the settings. */
export async function operatorsOfSettings(ctx: Ctx): Promise<PersonRow[]> {
  return ctx.db.q
    .select()
    .from(person)
    .where(and(eq(person.role, 'admin'), eq(person.roleFrom, 'settings')))
}

/** False when the address already belongs to somebody. */
export async function insertPerson(ctx: Ctx, row: typeof person.$inferInsert): Promise<boolean> {
  const added = await ctx.db.q.insert(person).values(row).onConflictDoNothing().returning({ id: person.id })
  return added.length === 1
}

export async function updatePerson(ctx: Ctx, id: string, change: Partial<typeof person.$inferInsert>): Promise<void> {
  await ctx.db.q.update(person).set(change).where(eq(person.id, id))
}

/** Moves only if the address is still `from`; false when another move was faster. */
export async function moveEmail(
  ctx: Ctx,
  id: string,
  from: string,
  change: { emailNormal: string; emailRaw: string },
): Promise<boolean> {
  const moved = await ctx.db.q
    .update(person)
    .set(change)
    .where(and(eq(person.id, id), eq(person.emailNormal, from)))
    .returning({ id: person.id })
  return moved.length === 1
}

export async function markFirstLogin(ctx: Ctx, id: string, at: Date): Promise<void> {
  await ctx.db.q
    .update(person)
    .set({ firstLoginAt: at })
    .where(and(eq(person.id, id), isNull(person.firstLoginAt)))
}

export async function raiseSessionVersion(ctx: Ctx, personId: string): Promise<void> {
  await ctx.db.q
    .update(person)
    .set({ sessionVersion: sql`${person.sessionVersion} + 1` })
    .where(eq(person.id, personId))
}

export interface PeopleFilter {
  /** `open`: has an active grant; `ended`: had one; `none`: never had one. */
  access?: 'open' | 'ended' | 'none'
  neverLoggedIn?: boolean
  /** The last person of the page before. */
  beforeId?: string
  limit: number
}

const grantOf = (more: SQL) =>
  sql`exists (select from ${accessGrant} where ${accessGrant.personId} = ${person.id} and ${more})`
const anyGrant = grantOf(sql`true`)
const activeGrantOf = grantOf(isNull(accessGrant.revokedAt))

const accessIs = {
  open: activeGrantOf,
  ended: sql`${anyGrant} and not ${activeGrantOf}`,
  none: sql`not ${anyGrant}`,
} as const

/** Newest first. */
export async function selectPeople(ctx: Ctx, filter: PeopleFilter): Promise<(PersonRow & { access: string })[]> {
  const access = sql<string>`case when ${activeGrantOf} then 'open' when ${anyGrant} then 'ended' else 'none' end`
  return ctx.db.q
    .select({ ...getTableColumns(person), access })
    .from(person)
    .where(
      and(
        filter.access ? accessIs[filter.access] : undefined,
        filter.neverLoggedIn ? isNull(person.firstLoginAt) : undefined,
        filter.beforeId
          ? sql`(${person.createdAt}, ${person.id}) < (select p.created_at, p.id from person p where p.id = ${filter.beforeId})`
          : undefined,
      ),
    )
    .orderBy(desc(person.createdAt), desc(person.id))
    .limit(filter.limit)
}

/** Newest first; `query` is a tsquery of beginnings of words, from `searchWords`. */
export async function searchPersons(ctx: Ctx, query: string, limit: number): Promise<PersonRow[]> {
  return ctx.db.q
    .select()
    .from(person)
    .where(sql`${wordsOf(person.name, person.emailNormal)} @@ to_tsquery('simple', ${query})`)
    .orderBy(desc(person.createdAt))
    .limit(limit)
}

// ── sessions ─────────────────────────────────────────────────────────────────────────────────────

export async function insertSession(ctx: Ctx, row: typeof session.$inferInsert): Promise<void> {
  await ctx.db.q.insert(session).values(row)
}

export interface LiveSession {
  emailRaw: string
  name: string | null
  role: 'learner' | 'admin'
  kind: 'proven' | 'unproven'
  version: number
  expiresAt: Date
  courses: string[]
}

/**
 * The live session with its person and active courses, in one statement; null once ended, expired or version raised.
 */
export async function readLiveSession(ctx: Ctx, id: string, personId: string, now: Date): Promise<LiveSession | null> {
  const courses = sql<string[]>`array(select distinct ${accessGrant.course} from ${accessGrant}
    where ${accessGrant.personId} = ${person.id} and ${accessGrant.revokedAt} is null)`
  const [row] = await ctx.db.q
    .select({
      emailRaw: person.emailRaw,
      name: person.name,
      role: person.role,
      kind: session.kind,
      version: person.sessionVersion,
      expiresAt: session.expiresAt,
      courses,
    })
    .from(session)
    .innerJoin(person, eq(person.id, session.personId))
    .where(
      and(
        eq(session.id, id),
        eq(session.personId, personId),
        isNull(session.revokedAt),
        gt(session.expiresAt, now),
        eq(session.personVersion, person.sessionVersion),
      ),
    )
  return row ?? null
}

export async function touchSession(ctx: Ctx, id: string, now: Date, unlessAfter: Date): Promise<void> {
  await ctx.db.q
    .update(session)
    .set({ lastSeenAt: now })
    .where(and(eq(session.id, id), lt(session.lastSeenAt, unlessAfter)))
}

/** Ends one session of a person, those of a kind, or all; answers how many this call ended. */
export async function revokeSessions(
  ctx: Ctx,
  personId: string,
  which: { id?: string; kind?: 'unproven' },
  at: Date,
): Promise<number> {
  const conditions: (SQL | undefined)[] = [eq(session.personId, personId), isNull(session.revokedAt)]
  if (which.id) conditions.push(eq(session.id, which.id))
  if (which.kind) conditions.push(eq(session.kind, which.kind))
  const ended = await ctx.db.q
    .update(session)
    .set({ revokedAt: at })
    .where(and(...conditions))
    .returning({ id: session.id })
  return ended.length
}

/** Whether the person ever had this session, ended or not. */
export async function hasSession(ctx: Ctx, personId: string, id: string): Promise<boolean> {
  const rows = await ctx.db.q
    .select({ id: session.id })
    .from(session)
    .where(and(eq(session.id, id), eq(session.personId, personId)))
  return rows.length > 0
}

/**
 * „Überall abmelden“ as of the earlier moment `at`: sessions opened until then end with the raised version, later ones
 * go on under the new version.
 */
export async function endSessionsBefore(ctx: Ctx, personId: string, at: Date): Promise<void> {
  await raiseSessionVersion(ctx, personId)
  const own = eq(session.personId, personId)
  const open = and(own, isNull(session.revokedAt))
  await ctx.db.q
    .update(session)
    .set({ revokedAt: at })
    .where(and(open, lte(session.createdAt, at)))
  await ctx.db.q
    .update(session)
    .set({ personVersion: sql`(select p.session_version from person p where p.id = ${personId})` })
    .where(and(open, gt(session.createdAt, at)))
}

export async function liveSessionsOf(ctx: Ctx, personId: string, now: Date, limit: number): Promise<SessionRow[]> {
  const rows = await ctx.db.q
    .select({ session })
    .from(session)
    .innerJoin(person, eq(person.id, session.personId))
    .where(
      and(
        eq(session.personId, personId),
        isNull(session.revokedAt),
        gt(session.expiresAt, now),
        eq(session.personVersion, person.sessionVersion),
      ),
    )
    .orderBy(desc(session.lastSeenAt))
    .limit(limit)
  return rows.map((row) => row.session)
}

/** A person's sessions, live and ended, newest first; `forgetLogins` deletes those that ended 90 days ago. */
export async function sessionsOf(ctx: Ctx, personId: string, limit: number): Promise<SessionRow[]> {
  return ctx.db.q
    .select()
    .from(session)
    .where(eq(session.personId, personId))
    .orderBy(desc(session.createdAt))
    .limit(limit)
}

// ── login tokens ─────────────────────────────────────────────────────────────────────────────────

export async function insertLoginToken(ctx: Ctx, row: typeof loginToken.$inferInsert): Promise<void> {
  await ctx.db.q.insert(loginToken).values(row).onConflictDoNothing()
}

export async function findLoginToken(
  ctx: Ctx,
  tokenHash: string,
): Promise<(LoginTokenRow & { emailRaw: string }) | null> {
  const [row] = await ctx.db.q
    .select({ token: loginToken, emailRaw: person.emailRaw })
    .from(loginToken)
    .innerJoin(person, eq(person.id, loginToken.personId))
    .where(eq(loginToken.tokenHash, tokenHash))
  return row ? { ...row.token, emailRaw: row.emailRaw } : null
}

const usable = (now: Date) =>
  and(isNull(loginToken.consumedAt), isNull(loginToken.revokedAt), gt(loginToken.expiresAt, now))

/** The one conditional write that spends a link: of any number of simultaneous calls exactly one gets the row. */
export async function consumeLoginToken(ctx: Ctx, tokenHash: string, now: Date): Promise<LoginTokenRow | null> {
  const [row] = await ctx.db.q
    .update(loginToken)
    .set({ consumedAt: now })
    .where(and(eq(loginToken.tokenHash, tokenHash), usable(now)))
    .returning()
  return row ?? null
}

/** Open code letters of one browser, newest first. */
export async function codeCandidates(
  ctx: Ctx,
  browserHash: string,
  now: Date,
  limit: number,
): Promise<LoginTokenRow[]> {
  return ctx.db.q
    .select()
    .from(loginToken)
    .where(and(eq(loginToken.browserHash, browserHash), eq(loginToken.purpose, 'login'), usable(now)))
    .orderBy(desc(loginToken.createdAt))
    .limit(limit)
}

/** Counts one guess against each of these letters, before it is checked; answers the ids that still had a try left. */
export async function takeCodeTry(ctx: Ctx, ids: string[], tries: number): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await ctx.db.q
    .update(loginToken)
    .set({ codeTries: sql`${loginToken.codeTries} + 1` })
    .where(and(inArray(loginToken.id, ids), lt(loginToken.codeTries, tries)))
    .returning({ id: loginToken.id })
  return rows.map((row) => row.id)
}

/** After a login: older login links of the person no longer work. */
export async function revokeLoginTokens(ctx: Ctx, personId: string, exceptId: string, at: Date): Promise<void> {
  await ctx.db.q
    .update(loginToken)
    .set({ revokedAt: at })
    .where(
      and(
        eq(loginToken.personId, personId),
        eq(loginToken.purpose, 'login'),
        ne(loginToken.id, exceptId),
        isNull(loginToken.consumedAt),
        isNull(loginToken.revokedAt),
      ),
    )
}

/** Ends every unused link and code of a person and removes their hashes. Answers how many rows. */
export async function unlinkLoginTokens(ctx: Ctx, personId: string, at: Date): Promise<number> {
  const ended = await ctx.db.q
    .update(loginToken)
    .set({ revokedAt: at, tokenHash: sql`'removed:' || ${loginToken.id}`, codeHash: null, browserHash: null })
    .where(and(eq(loginToken.personId, personId), isNull(loginToken.consumedAt)))
    .returning({ id: loginToken.id })
  return ended.length
}

/** Sets the end of an unused link; a used or ended one stays as it is. */
export async function setTokenExpiry(
  ctx: Ctx,
  id: string,
  purpose: 'login' | 'welcome',
  expiresAt: Date,
): Promise<void> {
  await ctx.db.q
    .update(loginToken)
    .set({ expiresAt })
    .where(
      and(
        eq(loginToken.id, id),
        eq(loginToken.purpose, purpose),
        isNull(loginToken.consumedAt),
        isNull(loginToken.revokedAt),
      ),
    )
}

// ── grants ───────────────────────────────────────────────────────────────────────────────────────

/** Insert, or re-open after a revocation; one grant per source and course. */
export async function upsertGrant(ctx: Ctx, row: typeof accessGrant.$inferInsert): Promise<{ id: string }> {
  const [saved] = await ctx.db.q
    .insert(accessGrant)
    .values(row)
    .onConflictDoUpdate({
      target: [accessGrant.source, accessGrant.course],
      set: { personId: row.personId, startsAt: row.startsAt, revokedAt: null, revokeReason: null },
    })
    .returning({ id: accessGrant.id })
  return saved as { id: string }
}

export async function closeGrants(ctx: Ctx, source: string, reason: string, at: Date): Promise<number> {
  const closed = await ctx.db.q
    .update(accessGrant)
    .set({ revokedAt: at, revokeReason: reason })
    .where(and(eq(accessGrant.source, source), isNull(accessGrant.revokedAt)))
    .returning({ id: accessGrant.id })
  return closed.length
}

/** The grants of one source, oldest first. */
export async function grantsFrom(ctx: Ctx, source: string): Promise<(typeof accessGrant.$inferSelect)[]> {
  return ctx.db.q.select().from(accessGrant).where(eq(accessGrant.source, source)).orderBy(accessGrant.createdAt)
}

/** A person's grants, active and ended, oldest first, at most 100. */
export async function grantsOfPerson(ctx: Ctx, personId: string): Promise<(typeof accessGrant.$inferSelect)[]> {
  return ctx.db.q
    .select()
    .from(accessGrant)
    .where(eq(accessGrant.personId, personId))
    .orderBy(accessGrant.createdAt)
    .limit(100)
}

/** A person's grants for one course, active and ended, ordered by start. */
export async function grantsOf(
  ctx: Ctx,
  personId: string,
  course: string,
): Promise<{ startsAt: Date; revokedAt: Date | null; revokeReason: string | null; source: string }[]> {
  return ctx.db.q
    .select({
      startsAt: accessGrant.startsAt,
      revokedAt: accessGrant.revokedAt,
      revokeReason: accessGrant.revokeReason,
      source: accessGrant.source,
    })
    .from(accessGrant)
    .where(and(eq(accessGrant.personId, personId), eq(accessGrant.course, course)))
    .orderBy(accessGrant.startsAt)
}

export interface MemberRow {
  personId: string
  email: string
  name: string | null
  /** Every grant of the course there ever was, at least one of them active. */
  holdings: { startsAt: Date; endedAt: Date | null }[]
}

/** People with an active grant for the course, in the order of their ids. */
export async function selectMembers(
  ctx: Ctx,
  course: string,
  page: { after: string | null; limit: number },
): Promise<MemberRow[]> {
  const epoch = (column: 'starts_at' | 'revoked_at') => sql.raw(`extract(epoch from g.${column}) * 1000`)
  const { rows } = await ctx.db.q.execute(sql`
    select p.id, p.email_raw, p.name, json_agg(json_build_array(${epoch('starts_at')}, ${epoch('revoked_at')})
      order by g.starts_at) as grants
    from person p join access_grant g on g.person_id = p.id and g.course = ${course}
    where ${page.after}::uuid is null or p.id > ${page.after}::uuid
    group by p.id having bool_or(g.revoked_at is null) order by p.id limit ${page.limit}`)
  type Raw = { id: string; email_raw: string; name: string | null; grants: [number, number | null][] }
  return (rows as unknown as Raw[]).map(({ id, email_raw, name, grants }) => ({
    personId: id,
    email: email_raw,
    name,
    holdings: grants.map(([startsAt, endedAt]) => ({
      startsAt: new Date(startsAt),
      endedAt: endedAt === null ? null : new Date(endedAt),
    })),
  }))
}

// ── what is long over ────────────────────────────────────────────────────────────────────────────

export async function deleteEndedSessions(ctx: Ctx, endedBefore: Date, limit: number): Promise<number> {
  const old = ctx.db.q
    .select({ id: session.id })
    .from(session)
    .where(or(lt(session.expiresAt, endedBefore), lt(session.revokedAt, endedBefore)))
    .limit(limit)
  return (await ctx.db.q.delete(session).where(inArray(session.id, old)).returning({ id: session.id })).length
}

export async function deleteOldTokens(
  ctx: Ctx,
  purpose: 'login' | 'welcome',
  expiredBefore: Date,
  limit: number,
): Promise<number> {
  const old = ctx.db.q
    .select({ id: loginToken.id })
    .from(loginToken)
    .where(and(eq(loginToken.purpose, purpose), lt(loginToken.expiresAt, expiredBefore)))
    .limit(limit)
  return (await ctx.db.q.delete(loginToken).where(inArray(loginToken.id, old)).returning({ id: loginToken.id })).length
}
