import { isDatabaseAway } from '#errors'
import type { Ctx, Db, Lesson } from '#ports'
import { isPlayable } from './rules.ts'
import { readAssignments, readFilms } from './store.ts'

export interface LessonFilm {
  guid: string
  /** Seconds as Bunny measured them; null until the film is known here. */
  length: number | null
  /** False only when Bunny told us that it cannot be played (in the making, failed, gone). */
  playable: boolean
  /** `row`: assigned by hand; `content`: from the lesson's front matter. */
  source: 'row' | 'content'
}

type Facts = { assigned: Map<string, string>; films: Map<string, { length: number; playable: boolean }> }

/** Films change rarely; answering from memory for ten seconds spares every play and every report two queries. */
const FRESH_MS = 10_000
const known = new WeakMap<object, { at: number; facts: Facts }>()

async function readFacts(db: Db): Promise<Facts> {
  const [assignments, films] = await Promise.all([readAssignments(db), readFilms(db)])
  return {
    assigned: new Map(assignments.map(({ lessonId, guid }) => [lessonId, guid])),
    films: new Map(
      films.map((film) => [film.guid, { length: film.length, playable: film.goneAt === null && isPlayable(film) }]),
    ),
  }
}

async function factsOf(ctx: Ctx): Promise<Facts> {
  const { db } = ctx
  if (db.inTransaction) return readFacts(db)
  const found = known.get(db)
  const now = ctx.clock.now().getTime()
  if (found && now >= found.at && now - found.at < FRESH_MS) return found.facts
  try {
    const facts = await readFacts(db)
    known.set(db, { at: now, facts })
    return facts
  } catch (error) {
    // Playback must work without the database: by the last answer, else by the front matter alone.
    if (!isDatabaseAway(error)) throw error
    return found?.facts ?? { assigned: new Map(), films: new Map() }
  }
}

/** Empties this process's memory after a change, so that whoever made it sees it at once. */
export const forgetFilms = (db: Db): boolean => known.delete(db)

/**
 * Answers a function that finds the film of any lesson, null without one. By stored rows, at most ten seconds old,
 * never asking Bunny; while the database is away by the last known rows, else by the front matter.
 */
export async function filmsOfLessons(ctx: Ctx): Promise<(lesson: Lesson) => LessonFilm | null> {
  const { assigned, films } = await factsOf(ctx)
  return (lesson) => {
    const row = assigned.get(lesson.id)
    const guid = row ?? lesson.videoGuid
    if (!guid) return null
    const film = films.get(guid)
    const length = film && film.length > 0 ? film.length : null
    return { guid, length, playable: film?.playable ?? true, source: row ? 'row' : 'content' }
  }
}
