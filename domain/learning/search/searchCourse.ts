import type { Viewer } from '#domain/access/rules.ts'
import { courseView, type LessonRow } from '#domain/learning/courseView.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { sectionOf } from './passages.ts'
import { beginnings, exactly, type ParsedQuery, parseQuery, type Term, widely } from './query.ts'
import { type FoundRow, findPassages, lookUp, MARK, nearWords } from './store.ts'
import { editDistance, fold, typosAllowed } from './words.ts'

const LESSONS_SHOWN = 20
const HITS_PER_LESSON = 4
/** A word of at most so many letters that is found gets no similar words: „Zeit“ does not mean „Zeile“. */
const SURE = 5

export interface SearchHit {
  /** `title`, `goal`, `chapter`, `text`, `exercise`, `checklist`, `further`, `spoken`, `note`, `bookmark`. */
  kind: string
  /** Second of the film; null when it is only written. */
  second: number | null
  /** Anchor on the lesson's page; null: its top. */
  section: string | null
  /** The sentence in pieces of plain text; `hit` marks the words that were found. */
  parts: { text: string; hit: boolean }[]
}

export interface SearchLesson {
  id: string
  /** Null: the lesson has left the course, and only the viewer's own notes are found there. */
  lesson: { slug: string; number: number; title: string; open: boolean } | null
  hits: SearchHit[]
  /** Places found beyond those shown. */
  more: number
}

export interface SearchResult {
  /** The tidied search text; empty when nothing was searched for. */
  query: string
  /** `empty`: nothing typed · `short`: one letter · `long`: above 200 characters · `common`: only words like „und“. */
  state: 'empty' | 'short' | 'long' | 'common' | 'none' | 'found'
  lessons: SearchLesson[]
  /** Lessons found in all, those not shown included. */
  total: number
  /** Words that were not found as typed, and the similar word that was searched for instead. */
  corrected: { typed: string; word: string }[]
  /** Only the first eight words were searched for. */
  shortened: boolean
  /** Lessons that are not open to this viewer, so they were not searched; 0 when nothing was searched for. */
  closed: number
}

/**
 * Searches titles, texts and transcripts of the lessons that are open to this viewer, and their own notes. A word is
 * found in all its forms, with or without umlauts, and inside longer words; the last one also as a beginning. A word
 * that occurs nowhere is searched for as the word it resembles most. No text makes it throw. Throws
 * `database_unavailable`.
 */
export async function searchCourse(ctx: Ctx, input: { viewer: Viewer; query: string }): Promise<SearchResult> {
  const parsed = parseQuery(input.query)
  if (parsed.problem) return nothing(parsed, parsed.problem)
  const { viewer } = input
  if (viewer.degraded || !ctx.db.health().up) throw new AppError('database_unavailable')
  const [view, understood] = await Promise.all([courseView(ctx, viewer), understand(ctx, viewer.personId, parsed)])
  if (view.degraded) throw new AppError('database_unavailable')
  const { terms, corrections } = understood
  if (terms.length === 0) return nothing(parsed, 'common')
  const rows = new Map(view.modules.flatMap((module) => module.lessons.map((lesson) => [lesson.id, lesson] as const)))
  const found = await findPassages(ctx.db, {
    personId: viewer.personId,
    openLessons: [...rows.values()].filter(({ lock }) => lock === null).map(({ id }) => id),
    terms,
    hints: terms.flatMap(({ hints }) => hints),
    without: parsed.without.map(exactly).join(' | ') || null,
    order: [...rows.keys()],
    lessons: LESSONS_SHOWN,
    hitsPerLesson: HITS_PER_LESSON,
  })
  const closed = [...rows.values()].filter(({ lock }) => lock !== null).length
  if (found.length === 0) return { ...nothing(parsed, 'none'), closed }
  return {
    query: parsed.text,
    state: 'found',
    lessons: grouped(found, rows),
    total: found[0]!.lessons,
    corrected: corrections.map(({ typed, word }) => ({ typed, word: asWritten(word, found) })),
    shortened: parsed.shortened,
    closed,
  }
}

const nothing = (parsed: ParsedQuery, state: SearchResult['state']): SearchResult => ({
  query: parsed.text,
  state,
  lessons: [],
  total: 0,
  corrected: [],
  shortened: parsed.shortened,
  closed: 0,
})

interface Understood {
  /** `hints`: folded words by which a match can be located in a text. */
  terms: { exact: string; wide: string; hints: string[] }[]
  corrections: { typed: string; word: string }[]
}

/**
 * Decides what each word shall find. Stop words are left out. A word that occurs nowhere is replaced by the one it
 * resembles most; one that only shares its stem with others (`gewonheit` with „gewonnen“) is searched for together with
 * words one letter away.
 */
async function understand(ctx: Ctx, personId: string, { terms }: ParsedQuery): Promise<Understood> {
  const looks = await lookUp(
    ctx.db,
    personId,
    terms.map((term) => ({
      exact: exactly(term),
      wide: widely(term, []),
      word: soleWord(term),
      begins: beginnings(term),
    })),
  )
  const telling = terms.map((term, index) => ({ term, look: looks[index]! })).filter(({ look }) => !look.empty)
  const odd = telling.filter(({ term, look }) => soleWord(term) && !look.literal).map(({ term }) => term)
  const near = odd.length > 0 ? await nearWords(ctx.db, personId, odd.map(soleWord) as string[]) : []
  const nearOf = new Map(odd.map((term, index) => [term, near[index] ?? []]))
  const corrections: Understood['corrections'] = []
  const understood = telling.map(({ term, look }) => {
    const found = look.known || look.holders.length > 0
    const alike = likely(term, nearOf.get(term) ?? [], found ? 1 : typosAllowed(term.words[0]!.length))
    if (found || alike.length === 0) {
      const more = [...look.holders, ...(SURE < term.words[0]!.length ? alike : [])]
      return { exact: exactly(term), wide: widely(term, more), hints: [...term.words, ...term.spellings, ...more] }
    }
    corrections.push({ typed: term.typed, word: alike[0]! })
    const meant: Term = { ...term, words: [alike[0]!], spellings: [], open: false }
    return { exact: exactly(meant), wide: widely(meant, alike), hints: alike }
  })
  return { terms: understood, corrections }
}

/**
 * A single word, which may also be part of others or mistyped; null for phrases and quoted words, which mean
 * themselves.
 */
const soleWord = ({ words, quoted }: Term): string | null => (words.length === 1 && !quoted ? words[0]! : null)

/** Of the similar words those that differ least from what was typed, in any of its spellings. */
function likely(term: Term, near: string[], allowed: number): string[] {
  const typed = [...term.words, ...term.spellings]
  const distances = near.map((word) => ({
    word,
    distance: Math.min(...typed.map((one) => editDistance(one, word, allowed))),
  }))
  const least = Math.min(...distances.map(({ distance }) => distance))
  return distances.filter(({ distance }) => distance === least && distance <= allowed).map(({ word }) => word)
}

function grouped(found: FoundRow[], rows: Map<string, LessonRow>): SearchLesson[] {
  return [...Map.groupBy(found, ({ lessonId }) => lessonId)].map(([id, hits]) => {
    const row = rows.get(id)
    return {
      id,
      lesson: row ? { slug: row.slug, number: row.number, title: row.title, open: row.lock === null } : null,
      hits: hits.map(({ kind, second, marked }) => ({
        kind,
        second,
        section: sectionOf(kind),
        parts: partsOf(marked),
      })),
      more: hits[0]!.places - hits.length,
    }
  })
}

/** Cuts a marked sentence into pieces; marks that touch, or have only a hyphen between them, become one. */
function partsOf(marked: string): SearchHit['parts'] {
  const text = marked.replaceAll(new RegExp(`${MARK.to}([-‑]?)${MARK.from}`, 'g'), '$1').replace(/\s+/g, ' ')
  return text.split(MARK.from).flatMap((piece, index) => {
    const end = index === 0 ? -1 : piece.indexOf(MARK.to)
    const parts = [
      { text: end < 0 ? '' : piece.slice(0, end), hit: true },
      { text: piece.slice(end + 1), hit: false },
    ]
    return parts.filter((part) => part.text !== '')
  })
}

/** `eingangskorb` → „Eingangskorb“, as written in what was found; of words in notes only the stem is known. */
function asWritten(word: string, found: FoundRow[]): string {
  const marks = found.flatMap(({ marked }) => partsOf(marked).filter(({ hit }) => hit))
  const alike = marks.find(({ text }) => fold(text) === word) ?? marks.find(({ text }) => fold(text).startsWith(word))
  return alike?.text ?? word
}
