import { fold, withDigraphs, withoutDigraphs, wordsOf } from './words.ts'

/** What somebody typed, read as a search. Pure: no text makes it throw. */

export const MAX_QUERY_CHARACTERS = 200
/** More words than this make no search better; the rest is left out, and the page says so. */
export const MAX_TERMS = 8

export interface Term {
  /** As typed, for sentences on the page. */
  typed: string
  /** Folded words in order. One: a word. More: they must follow each other („…“ or E-Mail). */
  words: string[]
  /** Other ways to write the same: `ausloser` for `ausloeser`, `email` for `e-mail`. */
  spellings: string[]
  /** In quotes: as it stands, no beginnings of words, nothing corrected. */
  quoted: boolean
  /** The last word while somebody types: its beginning counts. */
  open: boolean
}

export interface ParsedQuery {
  /** Trimmed, spaces single. */
  text: string
  terms: Term[]
  /** After a minus: sentences with them are left out. */
  without: Term[]
  /** `long`: refused · `short`: one letter · `empty`: nothing to look for. */
  problem: 'empty' | 'short' | 'long' | null
  /** Some words were left out. */
  shortened: boolean
}

/** Words, „phrases“ in quotes of any kind (an open one ends with the text), `-word`, `-"phrase"`. All else is space. */
export function parseQuery(raw: string): ParsedQuery {
  const text = raw
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  const empty = { text, terms: [], without: [], shortened: false }
  // Counted as people count: an emoji is one.
  if ([...text].length > MAX_QUERY_CHARACTERS) return { ...empty, text: '', problem: 'long' }
  // A minus inside a word is a hyphen; after a blank or at the beginning it takes away.
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
  // Only what still may be in the making: the text ends with this very word.
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

/** Folding can unfold a sign: ⑽ is one number, and „(10)“ afterwards. */
const isWord = (text: string) => /^[\p{L}\p{N}]+$/u.test(text)

/** PostgreSQL's syntax. Words are letters and digits only, so nothing typed can be an operator. */
const quote = (word: string) => `'${word}'`
const anyOf = (parts: string[]) => (parts.length > 1 ? `(${parts.join(' | ')})` : (parts[0] ?? ''))
const follow = (words: string[], open = false) =>
  words.length === 1
    ? quote(words[0]!)
    : `(${words.map((word, index) => quote(word) + (open && index === words.length - 1 ? ':*' : '')).join(' <-> ')})`

/** The word itself in all its forms, or one of its other spellings. */
export const exactly = (term: Term) => anyOf([follow(term.words), ...term.spellings.map(quote)])

/** „E-Mail“ → `mail`, „Zwei-Minuten-Regel“ → all three in one sentence; nothing for a phrase in quotes. */
function apart({ words, quoted }: Term): string[] {
  const long = words.filter((word) => word.length > 1)
  if (quoted || words.length === 1 || long.length === 0) return []
  return [long.length > 1 ? `(${long.map(quote).join(' & ')})` : quote(long[0]!)]
}

/** Also the parts of a hyphened word, its unfinished end, and words of the course (`more`, folded). */
export const widely = (term: Term, more: string[]) =>
  anyOf([
    exactly(term),
    ...apart(term),
    ...(term.open && term.words.length > 1 ? [follow(term.words, true)] : []),
    ...more.filter(isWord).map(quote),
  ])

/**
 * What the unfinished last word may become, as beginnings; else nothing. The course's own words are asked, not
 * PostgreSQL's `:*`: that cuts off endings first, and „Besen“ would begin „besser“.
 */
export const beginnings = ({ words, spellings, quoted, open }: Term): string[] =>
  open && !quoted && words.length === 1 ? [words[0]!, ...spellings] : []
