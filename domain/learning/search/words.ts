/** How the search compares German words and cuts sentences. Pure. */

/** „Auslöser“ → `ausloser`, „Straße“ → `strasse`: what PostgreSQL's `unaccent` makes of a word, in lower case. */
export const fold = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')

/** Runs of letters and digits, in order, as written. */
export const wordsOf = (text: string): string[] => text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? []

/** „Ausloeser“ → `ausloser`: for keyboards without umlauts. The word itself when there is nothing to change. */
export const withoutDigraphs = (folded: string): string => folded.replace(/([aou])e/g, '$1')

/** „Auslöser“ → `ausloeser`: finds notes that were written on such a keyboard. */
export const withDigraphs = (word: string): string =>
  fold(
    word
      .normalize('NFC')
      .toLowerCase()
      .replace(/[äöü]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[letter] ?? letter),
  )

const abbreviations = /(?<![\p{L}\p{N}])(?:\p{L}|vgl|bzw|ca|Dr|Prof|Nr|Abs|Art|Hrsg|Min|Std)\.$/u
const months =
  /^(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahrhundert|Kapitel|Auflage)/

/** Cuts running text into sentences; „z. B.“, „Dr.“ and „30. November“ do not end one. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = []
  for (const piece of text.trim().split(/(?<=[.!?…]["“”»)]?)\s+(?=["„“»(]?[\p{Lu}\p{N}])/u)) {
    const last = sentences.at(-1)
    const goesOn = last !== undefined && (abbreviations.test(last) || (/\d\.$/.test(last) && months.test(piece)))
    if (goesOn) sentences[sentences.length - 1] = `${last} ${piece}`
    else if (piece !== '') sentences.push(piece)
  }
  return sentences
}

/** How many letters differ: inserted, left out, replaced, or two neighbours swapped. Stops at `limit + 1`. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1)
      next.push(best)
    }
    if (Math.min(...next) > limit) return limit + 1
    before = row
    row = next
  }
  return Math.min(row[b.length]!, limit + 1)
}

/** How many letters of a word of this length may be mistyped: more would make it another word. */
export const typosAllowed = (length: number): number => (length < 4 ? 0 : length < 6 ? 1 : length < 10 ? 2 : 3)
