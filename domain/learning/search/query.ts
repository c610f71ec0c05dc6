import { fold, withDigraphs, withoutDigraphs, wordsOf } from './words.ts'

/** Reads what somebody typed as a search. Pure; no text makes it throw. */

export const MAX_QUERY_CHARACTERS = 200
/** Further words are left out, and the page says so. */
export const MAX_TERMS = 8

export interface Term {
  /** As typed, for sentences on the page. */
  typed: string
  /** Folded words. More than one (in quotes, or with a hyphen as in E-Mail) must follow each other. */
  words: string[]
  /** Other spellings of the same: `ausloser` for `ausloeser`, `email` for `e-mail`. */
  spellings: string[]
  /** In quotes: searched for as it is, without beginnings of words and corrections. */
  quoted: boolean
  /** The last word, which somebody may still be typing: words that begin with it count too. */
  open: boolean
}

export interface ParsedQuery {
  /** Trimmed, spaces single. */
  text: string
  terms: Term[]
  /** Terms after a minus: sentences with them are left out. */
  without: Term[]
  /** `long`: refused · `short`: one letter · `empty`: nothing to look for. */
  problem: 'empty' | 'short' | 'long' | null
  /** Some words were left out. */
  shortened: boolean
}

/**
 * Reads words, phrases in quotes of any kind (one left open ends with the text), `-word` and `-"phrase"`. Every other
 * sign counts as a space.
 */
export function parseQuery(raw: string): ParsedQuery {
  const text = raw
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  const empty = { text, terms: [], without: [], shortened: false }
  // Counted in code points, so that an emoji is one.
  if ([...text].length > MAX_QUERY_CHARACTERS) return { ...empty, text: '', problem: 'long' }
  // Inside a word a minus is a hyphen; at the beginning or after a blank it excludes.
  const chunks = text.matchAll(/((?<=^|\s)-)?(?:["„“”»«]([^"„“”»«]*)(?:["„“”»«]|$)|([^\s"„“”»«]+))/gu)
  const all = [...chunks].flatMap(([, minus, phrase, word]): (Term & { minus: boolean })[] => {
    const quoted = phrase !== undefined
    const typed = (phrase ?? word ?? '').trim()
    const words = wordsOf(fold(typed))
    if (words.length === 0) return []
    return [{ typed, words, spellings: spellingsOf(typed, words, quoted), quoted, open: false, minus: minus === '-' }]
  })
  const wanted = all.filter((term) => !term.minus)
  const without = all.filter((term) => term.minus).slice(0, MAX_TERMS)
  const telling = wanted.filter((term) => term.quoted || term.words.join('').length > 1)
  if (telling.length === 0) return { ...empty, problem: wanted.length > 0 ? 'short' : 'empty' }
  const last = telling.at(-1)!
  // A word may be unfinished only when the text ends with it.
  last.open = !last.quoted && last === all.at(-1)
  return {
    text,
    terms: telling.slice(0, MAX_TERMS),
    without,
    problem: null,
    shortened: telling.length > MAX_TERMS,
  }
}

function spellingsOf(typed: string, words: string[], quoted: boolean): string[] {
  if (words.length > 1) return quoted ? [] : [words.join('')]
  const word = words[0]!
  return [withDigraphs(typed.match(/[\p{L}\p{N}]+/u)?.[0] ?? ''), withoutDigraphs(word)].filter(
    (spelling, index, all) =>
      spelling.length > 1 && isWord(spelling) && spelling !== word && all.indexOf(spelling) === index,
  )
}

/** Folding can turn one letter or number into several signs: ⑽ becomes „(10)“, which is no word. */
const isWord = (text: string) => /^[\p{L}\p{N}]+$/u.test(text)

/** A word in PostgreSQL's tsquery syntax. Words are letters and digits only, so nothing typed can be an operator. */
const quote = (word: string) => `'${word}'`
const anyOf = (parts: string[]) => (parts.length > 1 ? `(${parts.join(' | ')})` : (parts[0] ?? ''))
const follow = (words: string[], open = false) =>
  words.length === 1
    ? quote(words[0]!)
    : `(${words.map((word, index) => quote(word) + (open && index === words.length - 1 ? ':*' : '')).join(' <-> ')})`

/** tsquery for the term itself in all its forms, or one of its other spellings. */
export const exactly = (term: Term) => anyOf([follow(term.words), ...term.spellings.map(quote)])

/** The parts of a hyphened word: „E-Mail“ → `mail`, „Zwei-Minuten-Regel“ → all three together; none for a phrase. */
function apart({ words, quoted }: Term): string[] {
  const long = words.filter((word) => word.length > 1)
  if (quoted || words.length === 1 || long.length === 0) return []
  return [long.length > 1 ? `(${long.map(quote).join(' & ')})` : quote(long[0]!)]
}

/** tsquery for `exactly` and also the parts of a hyphened word, its unfinished end, and `more` folded words. */
export const widely = (term: Term, more: string[]) =>
  anyOf([
    exactly(term),
    ...apart(term),
    ...(term.open && term.words.length > 1 ? [follow(term.words, true)] : []),
    ...more.filter(isWord).map(quote),
  ])

/**
 * The unfinished last word in its spellings, to be looked up as a beginning among the words of the course; else
 * nothing. PostgreSQL's `:*` would cut off endings first, and then „Besen“ would begin „besser“.
 */
export const beginnings = ({ words, spellings, quoted, open }: Term): string[] =>
  open && !quoted && words.length === 1 ? [words[0]!, ...spellings] : []
