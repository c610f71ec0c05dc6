import { and, eq, inArray, isNull, max, notLike, or, sql } from 'drizzle-orm'
import { lessonAnnounced, releaseOverride, releaseRule } from '#db/schema.ts'
import type { Db, ReleaseRule } from '#ports'
import type { PersonRelease, ReleaseOverrides } from './release.ts'
import { asPersonRelease, type RuleTarget } from './rules.ts'

/** The only SQL on `release_override`, `release_rule` and `lesson_announced`. */

const LOCK = 'werkstatt.releases'

/** Lets one change of rules at a time through; held until the transaction ends. */
export async function lockReleases(db: Db): Promise<void> {
  await db.q.execute(sql`select pg_advisory_xact_lock(hashtext(${LOCK}))`)
}

/**
 * Reads all rules of the database, present and past, and a row for each person with changes of their own: a few rows.
 */
export async function readOverrides(db: Db): Promise<(personId: string | null) => ReleaseOverrides> {
  const [rows, rules] = await Promise.all([
    db.q.select({ scope: releaseOverride.scope, rule: releaseOverride.rule }).from(releaseOverride),
    db.q
      .select({ lessonId: releaseRule.lessonId, rule: releaseRule.rule, until: releaseRule.until })
      .from(releaseRule)
      .orderBy(releaseRule.since),
  ])
  const pick = (prefix: RuleTarget['kind']) =>
    Object.fromEntries(
      rows
        .filter((row) => row.scope.startsWith(`${prefix}:`))
        .map((row) => [row.scope.slice(prefix.length + 1), row.rule as unknown as ReleaseRule]),
    )
  const people = new Map(
    rows.filter((row) => row.scope.startsWith('person:')).map((row) => [row.scope, asPersonRelease(row.rule)]),
  )
  const past: ReleaseOverrides['past'] = {}
  for (const { lessonId, rule, until } of rules) {
    past[lessonId] ??= []
    past[lessonId].push({ rule: rule as unknown as ReleaseRule, until })
  }
  const shared = { lessons: pick('lesson'), modules: pick('module'), past }
  const nobody = asPersonRelease({})
  return (personId) => ({ ...shared, person: people.get(`person:${personId}`) ?? nobody })
}

/** Target → its own rule and when that was written. */
export async function readRuleRows(db: Db): Promise<Map<string, { rule: ReleaseRule; updatedAt: Date }>> {
  const rows = await db.q.select().from(releaseOverride).where(sql`${releaseOverride.scope} not like 'person:%'`)
  return new Map(rows.map(({ scope, rule, updatedAt }) => [scope, { rule: rule as unknown as ReleaseRule, updatedAt }]))
}

/** When anything last changed that decides what opens when for this person; null: never. */
export async function rulesChangedAt(db: Db, personId: string): Promise<Date | null> {
  const own = eq(releaseOverride.scope, `person:${personId}`)
  const [[override], [rule]] = await Promise.all([
    db.q
      .select({ at: max(releaseOverride.updatedAt) })
      .from(releaseOverride)
      .where(or(own, notLike(releaseOverride.scope, 'person:%'))),
    db.q.select({ since: max(releaseRule.since), until: max(releaseRule.until) }).from(releaseRule),
  ])
  const known = [override?.at, rule?.since, rule?.until].filter((at) => at != null)
  return known.length === 0 ? null : new Date(Math.max(...known.map((at) => at.getTime())))
}

export async function writeOverride(db: Db, scope: string, rule: ReleaseRule | PersonRelease, at: Date): Promise<void> {
  const value = { rule: rule as unknown as Record<string, unknown>, updatedAt: at }
  await db.q
    .insert(releaseOverride)
    .values({ scope, ...value })
    .onConflictDoUpdate({ target: releaseOverride.scope, set: value })
}

/** False when there is no such row. */
export async function removeOverride(db: Db, scope: string): Promise<boolean> {
  const gone = await db.q
    .delete(releaseOverride)
    .where(sql`${releaseOverride.scope} = ${scope}`)
    .returning({ scope: releaseOverride.scope })
  return gone.length === 1
}

/** Lesson → its present rule as it was last noted. */
export async function readStanding(db: Db): Promise<Map<string, { rule: ReleaseRule; since: Date }>> {
  const rows = await db.q.select().from(releaseRule).where(isNull(releaseRule.until))
  return new Map(rows.map(({ lessonId, rule, since }) => [lessonId, { rule: rule as unknown as ReleaseRule, since }]))
}

/** Writes which rules end and which begin at this instant. */
export async function moveStanding(
  db: Db,
  change: { ended: string[]; begun: { lessonId: string; rule: ReleaseRule }[] },
  at: Date,
): Promise<void> {
  if (change.ended.length > 0)
    await db.q
      .update(releaseRule)
      .set({ until: at })
      .where(and(inArray(releaseRule.lessonId, change.ended), isNull(releaseRule.until)))
  if (change.begun.length > 0)
    await db.q
      .insert(releaseRule)
      .values(change.begun.map(({ lessonId, rule }) => ({ lessonId, since: at, rule: { ...rule } })))
}

const DIGEST_LOCK = 'werkstatt.release-digest'

/** One worker writes digests at a time. Held until the transaction ends. */
export async function lockDigests(db: Db): Promise<void> {
  await db.q.execute(sql`select pg_advisory_xact_lock(hashtext(${DIGEST_LOCK}))`)
}

export interface PersonLesson {
  personId: string
  lessonId: string
}

export async function readAnnounced(db: Db, personIds: string[]): Promise<PersonLesson[]> {
  return db.q
    .select({ personId: lessonAnnounced.personId, lessonId: lessonAnnounced.lessonId })
    .from(lessonAnnounced)
    .where(inArray(lessonAnnounced.personId, personIds))
}

export async function markAnnounced(db: Db, news: PersonLesson[], at: Date): Promise<void> {
  if (news.length === 0) return
  await db.q
    .insert(lessonAnnounced)
    .values(news.map((one) => ({ ...one, at })))
    .onConflictDoNothing()
}
