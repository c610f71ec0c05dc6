import type { Viewer } from '#domain/access/rules.ts'
import { filmsOfLessons } from '#domain/video/filmsOfLessons.ts'
import { AppError, isAppError } from '#errors'
import type { Ctx, Db, Lesson } from '#ports'
import { passGate } from '../passGate.ts'
import { firstRow, joinNote, type NoteShelf, type SavedChange } from './joinNote.ts'
import { CHANGES_PER_REQUEST } from './noteLimits.ts'
import { noteState } from './noteState.ts'
import {
  BYTES_PER_PERSON,
  checkChange,
  checkSecond,
  NOTES_PER_PERSON,
  type NoteChange,
  type NoteRow,
  ROWS_PER_PERSON,
} from './rules.ts'
import { findNear, findNotes, lockNotebook, measureNotebook, writeNote } from './store.ts'

/**
 * Takes changes of the viewer's notes and bookmarks, in order, each whole or not at all; answers one outcome per
 * change, after the commit. Changes may be repeated and late. A new note needs the course and an open lesson; what
 * somebody wrote earlier they may always change and delete. Throws `database_unavailable`, `invalid_input` (too many
 * changes, a text too long), and, when every change is refused, what refused the first: `not_found`, `no_grant`,
 * `grant_revoked`, `not_released`, `invalid_input` (a second outside the film), `conflict` (the note vanished
 * meanwhile), `notebook_full`.
 */
export async function saveNotes(ctx: Ctx, input: { viewer: Viewer; changes: NoteChange[] }): Promise<SavedChange[]> {
  const { viewer, changes } = input
  if (viewer.degraded) throw new AppError('database_unavailable')
  if (changes.length === 0 || changes.length > CHANGES_PER_REQUEST)
    throw new AppError('invalid_input', `${changes.length} changes`)
  for (const change of changes) checkChange(change)
  const mayBegin = await gateNew(ctx, viewer, changes)
  const saved = await ctx.db.transaction(async (db) => {
    await lockNotebook(db, viewer.personId)
    const results: { change: NoteChange; result: SavedChange | AppError }[] = []
    for (const change of changes) results.push({ change, result: await saveOne(ctx, db, viewer, change, mayBegin) })
    return results
  })
  const first = saved[0]?.result
  if (isAppError(first) && saved.every(({ result }) => isAppError(result))) throw first
  return saved.map(({ change, result }) => (isAppError(result) ? refusedChange(change, result) : result))
}

const refusedChange = ({ id, writer, seq }: NoteChange, { code, details }: AppError): SavedChange => ({
  ...{ id, writer, seq, note: null },
  outcome: 'refused',
  refusal: { code, details },
})

type Permission = (change: NoteChange) => AppError | null

/**
 * Whether new notes may begin in their lessons. Asked before the transaction, and only for ids that do not exist yet.
 */
async function gateNew(ctx: Ctx, viewer: Viewer, changes: NoteChange[]): Promise<Permission> {
  const known = new Set(
    (
      await findNotes(
        ctx.db,
        changes.map(({ id }) => id),
      )
    ).map(({ id }) => id),
  )
  const begun = changes.filter(({ id, deleted }) => !known.has(id) && !deleted)
  if (begun.length === 0) return () => new AppError('conflict', 'the note vanished meanwhile')
  const filmOf = await filmsOfLessons(ctx)
  const lessons = new Map<string, Lesson | AppError>()
  for (const { lessonId } of begun)
    if (!lessons.has(lessonId)) lessons.set(lessonId, await gateOf(ctx, viewer, lessonId))
  return ({ lessonId, second }) => {
    const lesson = lessons.get(lessonId) ?? new AppError('conflict', 'the note vanished meanwhile')
    if (lesson instanceof Error) return lesson
    try {
      checkSecond(second, Math.max(filmOf(lesson)?.length ?? 0, lesson.durationSeconds))
      return null
    } catch (error) {
      if (isAppError(error)) return error
      throw error
    }
  }
}

async function gateOf(ctx: Ctx, viewer: Viewer, lessonId: string): Promise<Lesson | AppError> {
  const lesson = ctx.content.lesson(lessonId)
  if (!lesson) return new AppError('not_found', `no lesson ${lessonId}`)
  try {
    await passGate(ctx, lesson, viewer)
    return lesson
  } catch (error) {
    if (!isAppError(error) || error.code === 'database_unavailable') throw error
    return error
  }
}

async function saveOne(
  ctx: Ctx,
  db: Db,
  viewer: Viewer,
  change: NoteChange,
  mayBegin: Permission,
): Promise<SavedChange | AppError> {
  const { id, writer, seq } = change
  const named = { id, writer, seq }
  const [row] = await findNotes(db, [id])
  const own = row?.personId === viewer.personId ? row : null
  if (change.deleted && !own) {
    if (!row) await placeTombstone(ctx, db, viewer.personId, change)
    return { ...named, outcome: 'gone', note: null }
  }
  // Somebody else's note counts as unknown, and nothing of it changes.
  if (row && !own) return new AppError('not_found', 'no such note')
  if (!own) return begin(ctx, db, viewer.personId, change, mayBegin)
  const full = await roomFor(db, own, change)
  return full ?? joinNote(shelfOf(ctx, db), own, change)
}

/** Keeps a row for the deletion of an unknown note: the note itself may still be on its way and must stay deleted. */
async function placeTombstone(ctx: Ctx, db: Db, personId: string, change: NoteChange): Promise<void> {
  const { rows } = await measureNotebook(db, personId)
  if (rows < ROWS_PER_PERSON && ctx.content.lesson(change.lessonId))
    await writeNote(db, firstRow(personId, change, ctx.clock.now()))
}

const shelfOf = (ctx: Ctx, db: Db): NoteShelf => ({
  find: async (id) => (await findNotes(db, [id]))[0] ?? null,
  write: (row) => writeNote(db, row),
  // Made from the original and the writing page, so that a change sent again gets the same copy.
  copyId: (id, { writer, base }) => ctx.ids.fromName(`note copy ${id} ${writer} ${base}`),
  now: () => ctx.clock.now(),
})

async function begin(ctx: Ctx, db: Db, personId: string, change: NoteChange, mayBegin: Permission) {
  const { id, lessonId, kind, body, writer, seq } = change
  const refusal = mayBegin(change)
  if (refusal) return refusal
  const row = firstRow(personId, change, ctx.clock.now())
  const near = kind === 'bookmark' && body === '' ? await findNear(db, personId, lessonId, row.positionMs ?? 0) : null
  if (near) return { id, writer, seq, outcome: 'near' as const, note: noteState(near) }
  const full = await roomIn(db, personId, 1, bytesOf(body))
  if (full) return full
  await writeNote(db, row)
  return { id, writer, seq, outcome: 'saved' as const, note: noteState(row) }
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length

/** `notebook_full` when an edit would grow the book beyond its size; deleting and shortening are always allowed. */
async function roomFor(db: Db, row: NoteRow, change: NoteChange): Promise<AppError | null> {
  if (change.deleted) return null
  const growth = bytesOf(change.body) - bytesOf(row.body)
  return row.deletedAt || growth > 0 ? roomIn(db, row.personId, row.deletedAt ? 1 : 0, growth) : null
}

async function roomIn(db: Db, personId: string, more: number, growth: number): Promise<AppError | null> {
  const { notes, rows, bytes } = await measureNotebook(db, personId)
  const fits = notes + more <= NOTES_PER_PERSON && bytes + growth <= BYTES_PER_PERSON
  if (fits && rows < ROWS_PER_PERSON) return null
  return new AppError('notebook_full', `${notes} notes, ${bytes} bytes`)
}
