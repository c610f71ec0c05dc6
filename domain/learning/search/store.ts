import { eq, type SQL, sql } from 'drizzle-orm'
import { cursor, passage, passageWord } from '#db/schema.ts'
import type { Db } from '#ports'
import type { Passage } from './passages.ts'

/** The only SQL on `passage`, `passage_word` and the search's own `cursor`; also reads `note`. */

const CURSOR = 'search'
const LOCK = 'werkstatt.search'
/** One statement must not run into the pool's time limit. */
const ROWS_PER_INSERT = 500

/** Which content the index was made from; null before the first time. */
export async function readIndexHash(db: Db): Promise<string | null> {
  const rows = await db.q.select({ value: cursor.value }).from(cursor).where(eq(cursor.name, CURSOR))
  return (rows[0]?.value as { content?: string } | undefined)?.content ?? null
}

/** Lets one process write the index, until the transaction ends. False, at once: another process is writing it. */
export async function lockIndex(db: Db): Promise<boolean> {
  const answer = await db.q.execute(sql`select pg_try_advisory_xact_lock(hashtext(${LOCK})) as held`)
  return (answer.rows[0] as { held: boolean } | undefined)?.held ?? false
}

/** Replaces the whole index inside the caller's transaction: a reader sees the old one or the new one. */
export async function replaceIndex(
  db: Db,
  index: { hash: string; passages: (Passage & { lessonId: string })[]; vocabulary: Map<string, number>; now: Date },
): Promise<void> {
  await db.q.delete(passage)
  await db.q.delete(passageWord)
  for (const part of chunked(index.passages))
    await db.q.execute(sql`insert into passage (lesson_id, kind, place, second, body)
      select "lessonId", kind, place, second, body from json_to_recordset(${JSON.stringify(part)}::json)
        as row("lessonId" text, kind text, place int, second int, body text)`)
  const words = [...index.vocabulary].map(([word, times]) => ({ word, times }))
  for (const part of chunked(words))
    await db.q.execute(sql`insert into passage_word (word, times)
      select word, times from json_to_recordset(${JSON.stringify(part)}::json) as row(word text, times int)`)
  const value = { content: index.hash }
  await db.q
    .insert(cursor)
    .values({ name: CURSOR, value, updatedAt: index.now })
    .onConflictDoUpdate({ target: cursor.name, set: { value, updatedAt: index.now } })
  // Autovacuum comes only within a minute; until then PostgreSQL would plan for empty tables.
  await db.q.execute(sql`analyze passage, passage_word`)
}

function* chunked<Row>(rows: Row[]): Generator<Row[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) yield rows.slice(at, at + ROWS_PER_INSERT)
}

export interface WordLook {
  /** A stop word, or none that PostgreSQL knows as a word: it finds nothing and is left out. */
  empty: boolean
  /** Occurs in the course or in a note of one's own, in any of its forms. */
  known: boolean
  /** Occurs in the course or in a note of one's own exactly like this. */
  literal: boolean
  /** Folded words that begin or end with it („korb“ → `eingangskorb`), and those that an unfinished word may become. */
  holders: string[]
}

/** Only a word of at least so many letters is also searched for inside others. */
const HOLDER_LETTERS = 4
const HOLDERS = 24
/** So many letters may follow at the end: „korb“ ends `eingangskorbes`, but „list“ does not end `realistisch`. */
const ENDING = '.{0,3}$'
const NEAR = 16
/**
 * How much of somebody's notes is searched, newest first, in bytes of their stored search words: some hundred pages.
 * With two thousand notes of ten pages each every keystroke would take seconds.
 */
const NOTES_BYTES = 512 * 1024

/** This person's notes that are searched. Measuring reads no texts: PostgreSQL keeps long ones in another place. */
const ownNotes = (personId: string) => sql`(select lesson_id, kind, position_ms, body, words from
  (select *, sum(pg_column_size(words)) over (order by updated_at desc, id) as bytes
    from note where person_id = ${personId}::uuid and deleted_at is null) as counted
  where bytes <= ${NOTES_BYTES})`

/** The words of one's own notes, as the text search keeps them. */
const ownWords = sql`(select distinct lexeme as word from mine, unnest(mine.words))`

/** `part` is the wish's stem. The first condition is there for the trigram index. */
const holds = sql`word like '%' || part || '%' and (word like part || '%' or word ~ (part || ${ENDING}))`

/**
 * Looks up each wish: `exact` and `wide` as tsquery text, `word` folded or null, `begins` folded beginnings. Answers in
 * their order.
 */
export async function lookUp(
  db: Db,
  personId: string,
  wishes: { exact: string; wide: string; word: string | null; begins: string[] }[],
): Promise<WordLook[]> {
  const answer = await db.q.execute(sql`
    with wish as materialized (
      select at, word, to_tsquery('werkstatt', exact) as exact, to_tsquery('werkstatt', wide) as wide,
        array(select begin || '%' from json_array_elements_text(begins) as begin) as begins,
        case when length(stem) >= ${HOLDER_LETTERS} then stem when length(word) >= ${HOLDER_LETTERS} then word end as part
      from (select at, exact, wide, word, begins, (ts_lexize('german_stem', word))[1] as stem
        from json_to_recordset(${JSON.stringify(wishes.map((wish, at) => ({ ...wish, at })))}::json)
          as row(at int, exact text, wide text, word text, begins json)) as given
    ), mine as materialized ${ownNotes(personId)}, own as materialized ${ownWords}
    select numnode(exact) = 0 as empty,
      exists (select from passage where words @@ wide)
        or exists (select from mine where words @@ wide) as known,
      exists (select from passage_word where passage_word.word = wish.word)
        or exists (select from own where own.word = wish.word) as literal,
      array(select word from passage_word where ${holds} order by times desc limit ${HOLDERS})
        || array(select word from passage_word where word like any (begins) order by times desc limit ${HOLDERS})
        || array(select word from own where ${holds} or word like any (begins) limit ${HOLDERS}) as holders
    from wish order by at`)
  return answer.rows as unknown as WordLook[]
}

/** Words of the course and of one's own notes that look like these, most alike first. */
export async function nearWords(db: Db, personId: string, words: string[]): Promise<string[][]> {
  const answer = await db.q.execute(sql`
    with mine as materialized ${ownNotes(personId)}, own as materialized ${ownWords}
    select array(select found.word from
        (select word from passage_word where passage_word.word % wish.word
          union select word from own where own.word % wish.word) as found
      order by similarity(found.word, wish.word) desc, found.word limit ${NEAR}) as near
    from unnest(${sql.param(words)}::text[]) with ordinality as wish(word, at) order by at`)
  return (answer.rows as unknown as { near: string[] }[]).map(({ near }) => near)
}

/** The characters before and after each match; both are for private use, so no text contains them. */
export const MARK = { from: '\uE000', to: '\uE001' } as const

export interface FoundRow {
  lessonId: string
  kind: string
  second: number | null
  /** The sentence with `MARK` around each match; of a long note some words around it, without Markdown's signs. */
  marked: string
  /** All places found in this lesson, and all lessons found. */
  places: number
  lessons: number
}

export interface Wanted {
  personId: string
  /** Lessons whose texts may be read. Own notes are found in any. */
  openLessons: string[]
  terms: { exact: string; wide: string }[]
  /** Folded words by which the match is located in a long note. */
  hints: string[]
  /** tsquery text of what must not occur; null: nothing is excluded. */
  without: string | null
  /** All lessons of the course, in order. */
  order: string[]
  lessons: number
  hitsPerLesson: number
}

/** What counts more: titles, then goals, one's own notes, chapters, texts, and last spoken sentences. */
const weights = sql`case kind when 'title' then 12 when 'goal' then 6 when 'note' then 5 when 'bookmark' then 5
  when 'chapter' then 4 when 'spoken' then 2 else 3 end`

const isNote = sql`kind in ('note', 'bookmark')`
/** Marking reads the whole text, so of a long note only the surroundings of its first match are marked; characters. */
const EXCERPT = { from: 1_500, before: 300, length: 1_200 } as const
/** How much of a hint must match, because endings differ: `korb` also locates „Körbe“. */
const hintLength = (word: string) => Math.max(3, word.length - 2)

function excerpt(hints: string[]): SQL {
  // Letters and digits only, so none of them is a sign of the regular expression.
  const plain = hints.filter((word) => /^[\p{L}\p{N}]+$/u.test(word))
  const pattern = `\\m(${plain.map((word) => word.slice(0, hintLength(word))).join('|')})`
  return sql`case when ${isNote} and length(body) > ${EXCERPT.from} then substr(body,
    greatest(1, regexp_instr(unaccent(body), ${pattern}, 1, 1, 0, 'i') - ${EXCERPT.before}), ${EXCERPT.length}) else body end`
}

/**
 * Lessons in which every word occurs, best first, each with its best sentences. A sentence scores by its kind, by how
 * many of the words it has, and higher for the word itself than for a longer word around it.
 */
export async function findPassages(db: Db, wanted: Wanted): Promise<FoundRow[]> {
  const { terms, personId } = wanted
  const query = (text: string) => sql`to_tsquery('werkstatt', ${text})`
  const all = query(terms.map(({ wide }) => wide).join(' | '))
  const points = terms.map(
    ({ exact, wide }, index) => sql`case when words @@ ${query(exact)} then 2 when words @@ ${query(wide)} then 1
      else 0 end as ${sql.raw(`t${index}`)}`,
  )
  const names = terms.map((_, index) => sql.raw(`t${index}`))
  const sum = sql.join(names, sql` + `)
  const met = sql.join(
    names.map((name) => sql`(${name} > 0)::int`),
    sql` + `,
  )
  const everyTerm = sql.join(
    names.map((name) => sql`max(${name}) over lesson > 0`),
    sql` and `,
  )
  const taken = wanted.without ? sql`and not words @@ ${query(wanted.without)}` : sql``
  const answer = await db.q.execute(sql`
    with found as materialized (
      select lesson_id, kind, place, second, body, ${sql.join(points, sql`, `)} from passage
        where words @@ ${all} ${taken} and lesson_id = any(${sql.param(wanted.openLessons)}::text[])
      union all
      select lesson_id, kind, 0, position_ms / 1000, body, ${sql.join(points, sql`, `)} from ${ownNotes(personId)} as mine
        where words @@ ${all} ${taken}
    ), scored as (
      select *, ${weights} * power((${met})::float8 / ${terms.length}::float8, 2)
        * (0.5 + 0.5 * (${sum} - (${met})) / (${met})) as score from found
    ), ranked as (
      select *, row_number() over (partition by lesson_id order by score desc, kind, place, second) as nth,
        count(*) over lesson as places, max(score) over lesson as best, ${everyTerm} as whole
      from scored window lesson as (partition by lesson_id)
    ), listed as (
      select *, dense_rank() over (order by best desc, coalesce(array_position(${sql.param(wanted.order)}::text[], lesson_id),
        2147483647), lesson_id) as line
      from ranked where whole
    )
    select lesson_id as "lessonId", kind, second, places::int,
      (select max(line) from listed)::int as lessons,
      ts_headline('werkstatt', translate(${excerpt(wanted.hints)}, ${`${MARK.from}${MARK.to}*_#\``}, ''), ${all},
        case when ${isNote} then ${`MaxWords=32, MinWords=16, StartSel=${MARK.from}, StopSel=${MARK.to}`}
        else ${`HighlightAll=true, StartSel=${MARK.from}, StopSel=${MARK.to}`} end) as marked
    from listed where nth <= ${wanted.hitsPerLesson} and line <= ${wanted.lessons} order by line, nth`)
  return answer.rows as unknown as FoundRow[]
}
