import { and, asc, between, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { checklistTick, note } from '#db/schema.ts'
import type { Day } from '#domain/calendar/berlinDays.ts'
import type { Db } from '#ports'
import { NEAR_MS } from './noteLimits.ts'
import type { NoteRow } from './rules.ts'

/** The only SQL on `note` and `checklist_tick`, except that the search's store reads notes too. */

const columns = {
  id: note.id,
  personId: note.personId,
  lessonId: note.lessonId,
  kind: note.kind,
  positionMs: note.positionMs,
  body: note.body,
  version: note.version,
  writers: note.writers,
  copyOf: note.copyOf,
  createdAt: note.createdAt,
  updatedAt: note.updatedAt,
  deletedAt: note.deletedAt,
}

/** Makes changes of one person's notes go one after the other; held until the transaction ends. */
export async function lockNotebook(db: Db, personId: string): Promise<void> {
  await db.q.execute(sql`select pg_advisory_xact_lock(hashtext(${`werkstatt.notes ${personId}`}))`)
}

/** Rows by id, whoever owns them, deleted ones too. */
export async function findNotes(db: Db, ids: string[]): Promise<NoteRow[]> {
  if (ids.length === 0) return []
  return db.q.select(columns).from(note).where(inArray(note.id, ids))
}

/** The oldest bookmark of this lesson, not deleted, that is nearer than `NEAR_MS`; null without one. */
export async function findNear(
  db: Db,
  personId: string,
  lessonId: string,
  positionMs: number,
): Promise<NoteRow | null> {
  const [row] = await db.q
    .select(columns)
    .from(note)
    .where(
      and(
        eq(note.personId, personId),
        eq(note.lessonId, lessonId),
        eq(note.kind, 'bookmark'),
        isNull(note.deletedAt),
        between(note.positionMs, positionMs - NEAR_MS + 1, positionMs + NEAR_MS - 1),
      ),
    )
    .orderBy(asc(note.createdAt))
    .limit(1)
  return row ?? null
}

/** How many notes and bookmarks somebody has, how many rows with the deleted ones, and the bytes of all texts. */
export async function measureNotebook(
  db: Db,
  personId: string,
): Promise<{ notes: number; rows: number; bytes: number }> {
  const [row] = await db.q
    .select({
      notes: sql<number>`(count(*) filter (where ${note.deletedAt} is null))::int`,
      rows: sql<number>`count(*)::int`,
      bytes: sql<number>`coalesce(sum(octet_length(${note.body})), 0)::int`,
    })
    .from(note)
    .where(eq(note.personId, personId))
  return row ?? { notes: 0, rows: 0, bytes: 0 }
}

export async function writeNote(db: Db, row: NoteRow): Promise<void> {
  const { id, personId: _owner, lessonId: _lesson, createdAt: _since, ...change } = row
  await db.q.insert(note).values(row).onConflictDoUpdate({ target: note.id, set: change })
}

/** Live notes and bookmarks of a person, in order of lesson and place; of one lesson, if given. */
export async function readNotes(db: Db, personId: string, lessonId?: string): Promise<NoteRow[]> {
  return db.q
    .select(columns)
    .from(note)
    .where(and(eq(note.personId, personId), isNull(note.deletedAt), lessonId ? eq(note.lessonId, lessonId) : undefined))
    .orderBy(asc(note.lessonId), sql`${note.positionMs} nulls first`, asc(note.createdAt), asc(note.id))
}

/** The same without the texts, in any order: where they belong, and `size` in characters. */
export async function readNotePlaces(db: Db, personId: string) {
  const { id, lessonId, kind, positionMs, createdAt } = columns
  return db.q
    .select({ id, lessonId, kind, positionMs, createdAt, size: sql<number>`length(${note.body})` })
    .from(note)
    .where(and(eq(note.personId, personId), isNull(note.deletedAt)))
}

/**
 * How many notes and bookmarks a person began from one day in Berlin to another, both included, without deleted ones
 * and without copies, which nobody began.
 */
export async function countBegun(
  db: Db,
  personId: string,
  from: Day,
  to: Day,
): Promise<{ notes: number; bookmarks: number }> {
  const count = (kind: NoteRow['kind']) => sql<number>`(count(*) filter (where ${note.kind} = ${kind}))::int`
  const [row] = await db.q
    .select({ notes: count('note'), bookmarks: count('bookmark') })
    .from(note)
    .where(
      and(
        eq(note.personId, personId),
        isNull(note.deletedAt),
        isNull(note.copyOf),
        between(sql`(${note.createdAt} at time zone 'Europe/Berlin')::date`, from, to),
      ),
    )
  return row ?? { notes: 0, bookmarks: 0 }
}

/** Removes at most `limit` rows of notes deleted before this; answers how many. */
export async function deleteTombstones(db: Db, deletedBefore: Date, limit: number): Promise<number> {
  const old = db.q
    .select({ id: note.id })
    .from(note)
    .where(and(isNotNull(note.deletedAt), lt(note.deletedAt, deletedBefore)))
    .limit(limit)
  const gone = await db.q.delete(note).where(inArray(note.id, old)).returning({ id: note.id })
  return gone.length
}

export interface TickRow {
  lessonId: string
  item: string
  ticked: boolean
  at: Date
}

/**
 * The newest `at` wins, in whatever order they come; of two equal ones the tick. No item may occur twice in `ticks`.
 */
export async function writeTicks(db: Db, personId: string, ticks: TickRow[]): Promise<TickRow[]> {
  if (ticks.length === 0) return []
  const sorted = [...ticks].sort((a, b) => (a.lessonId + a.item < b.lessonId + b.item ? -1 : 1))
  const newer = sql`(excluded.at, excluded.ticked) > (${checklistTick.at}, ${checklistTick.ticked})`
  return db.q
    .insert(checklistTick)
    .values(sorted.map((tick) => ({ personId, ...tick })))
    .onConflictDoUpdate({
      target: [checklistTick.personId, checklistTick.lessonId, checklistTick.item],
      set: {
        ticked: sql`case when ${newer} then excluded.ticked else ${checklistTick.ticked} end`,
        at: sql`greatest(excluded.at, ${checklistTick.at})`,
      },
    })
    .returning(tickColumns)
}

const tickColumns = {
  lessonId: checklistTick.lessonId,
  item: checklistTick.item,
  ticked: checklistTick.ticked,
  at: checklistTick.at,
}

/** What a person ticked or un-ticked; of one lesson, if given. */
export async function readTicks(db: Db, personId: string, lessonId?: string): Promise<TickRow[]> {
  return db.q
    .select(tickColumns)
    .from(checklistTick)
    .where(and(eq(checklistTick.personId, personId), lessonId ? eq(checklistTick.lessonId, lessonId) : undefined))
    .orderBy(asc(checklistTick.lessonId), asc(checklistTick.item))
}
