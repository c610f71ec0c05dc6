/**
 * A learner's Markdown as a small tree of our own. Safe by construction: the tree has no place for HTML, pictures or
 * addresses other than https, and every pass goes over the text once, so that no note can hold up a page.
 */

export type NoteInline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'strong' | 'em' | 'del'; inside: NoteInline[] }
  | { kind: 'link'; href: string; inside: NoteInline[] }

export interface NoteListItem {
  /** null: no task. */
  ticked: boolean | null
  inside: NoteInline[]
  /** Steps further in than the list itself, 0 to 3. */
  depth: number
}

export type NoteBlock =
  | { kind: 'p'; inside: NoteInline[] }
  | { kind: 'heading'; inside: NoteInline[] }
  | { kind: 'list'; ordered: boolean; start: number; items: NoteListItem[] }
  | { kind: 'quote'; blocks: NoteBlock[] }
  | { kind: 'code'; text: string }
  | { kind: 'rule' }

/** Quotes within quotes, and emphasis within emphasis, are read this deep; what is deeper stays as typed. */
const DEPTH = 4

export const readNote = (source: string): NoteBlock[] => readLines(source.replace(/\r\n?/g, '\n').split('\n'), 0)

const fence = /^ {0,3}(```+|~~~+)/
const heading = /^ {0,3}#{1,6}[ \t]+(.*)$/
const rule = /^ {0,3}([-*_])([ \t]*\1){2,}[ \t]*$/
const quote = /^ {0,3}> ?/
const item = /^([ \t]*)(?:([-*+])|(\d{1,9})[.)])(?:[ \t]+(.*)|)$/
const task = /^\[([ xX])\][ \t]+/

function readLines(lines: string[], depth: number): NoteBlock[] {
  const blocks: NoteBlock[] = []
  let text: string[] = []
  const endText = () => {
    if (text.length > 0) blocks.push({ kind: 'p', inside: readInline(text.join('\n'), 0) })
    text = []
  }
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const fenced = fence.exec(line)?.[1]
    if (fenced) {
      endText()
      const from = ++at
      while (at < lines.length && !lines[at]?.trim().startsWith(fenced)) at++
      blocks.push({ kind: 'code', text: lines.slice(from, at).join('\n') })
      at++
    } else if (line.trim() === '') {
      endText()
      at++
    } else if (rule.test(line)) {
      endText()
      blocks.push({ kind: 'rule' })
      at++
    } else if (heading.test(line)) {
      endText()
      blocks.push({ kind: 'heading', inside: readInline(headingText(line), 0) })
      at++
    } else if (quote.test(line) && depth < DEPTH) {
      endText()
      const from = at
      while (at < lines.length && quote.test(lines[at] ?? '')) at++
      const inner = lines.slice(from, at).map((one) => one.replace(quote, ''))
      blocks.push({ kind: 'quote', blocks: readLines(inner, depth + 1) })
    } else if (isItem(line, text.length > 0)) {
      endText()
      at = readList(lines, at, blocks)
    } else {
      text.push(line.trim())
      at++
    }
  }
  endText()
  return blocks
}

/** Without the marks that may close a heading. No pattern: one that looks for its end from every space is slow. */
function headingText(line: string): string {
  const words = (heading.exec(line)?.[1] ?? '').trim()
  let end = words.length
  while (words[end - 1] === '#') end--
  return end < words.length && (end === 0 || /\s/.test(words[end - 1] ?? '')) ? words.slice(0, end).trimEnd() : words
}

/** In the middle of a paragraph „2026. Ein Jahr“ is text: only 1 begins a list there. */
function isItem(line: string, inText: boolean): boolean {
  const found = item.exec(line)
  if (!found) return false
  return !inText || (found[4] !== undefined && (found[3] === undefined || found[3] === '1'))
}

/** Takes the items from `at` on; answers where the list ends. One kind of list per block, as it began. */
function readList(lines: string[], from: number, blocks: NoteBlock[]): number {
  const first = item.exec(lines[from] ?? '')
  const ordered = first?.[3] !== undefined
  const read: { indent: number; ticked: boolean | null; text: string[] }[] = []
  let at = from
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const found = item.exec(line)
    if (found && !rule.test(line)) {
      const indent = widthOf(found[1] ?? '')
      if (read.length > 0 && indent < 2 && (found[3] !== undefined) !== ordered) break
      const words = found[4] ?? ''
      const mark = task.exec(words)
      read.push({ indent, ticked: mark ? mark[1] !== ' ' : null, text: [mark ? words.slice(mark[0].length) : words] })
    } else if (line.trim() === '') {
      // A list goes on after one empty line if the next line is an item or belongs to one.
      if (!/^[ \t]{2,}\S/.test(lines[at + 1] ?? '') && !item.test(lines[at + 1] ?? '')) break
    } else if (/^[ \t]/.test(line)) read.at(-1)?.text.push(line.trim())
    else break
    at++
  }
  const base = Math.min(...read.map((one) => one.indent))
  blocks.push({
    kind: 'list',
    ordered,
    start: Number(first?.[3] ?? 1),
    items: read.map(({ indent, ticked, text }) => ({
      ticked,
      depth: Math.min(3, Math.floor((indent - base) / 2)),
      inside: readInline(text.join('\n'), 0),
    })),
  })
  return at
}

const widthOf = (space: string) => space.replaceAll('\t', '    ').length

const marks: [string, 'strong' | 'em' | 'del'][] = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'del'],
  ['*', 'em'],
  ['_', 'em'],
]
const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char)
const isSpace = (char: string | undefined) => char === undefined || /\s/.test(char)
const escapable = /[\\`*_~[\]()#+\-.!<>|]/
/** What may follow `https://` in running text; closing punctuation belongs to the sentence. */
const address = /https:\/\/[^\s<>"„“]+/y

interface Reader {
  text: string
  /** Where a mark was looked for and found, or not: looking from each place anew would make a long note slow. */
  found: Map<string, { from: number; at: number }>
}

function readInline(text: string, depth: number): NoteInline[] {
  return readSpan({ text, found: new Map() }, 0, text.length, depth)
}

function readSpan(reader: Reader, from: number, to: number, depth: number): NoteInline[] {
  const { text } = reader
  const out: NoteInline[] = []
  let plain = ''
  const push = (...more: NoteInline[]) => {
    if (plain !== '') out.push({ kind: 'text', text: plain })
    plain = ''
    out.push(...more)
  }
  let at = from
  while (at < to) {
    const char = text[at] ?? ''
    const found = special(reader, at, to, depth)
    if (found) {
      push(found.inline)
      at = found.end
    } else if (char === '\\' && at + 1 < to && escapable.test(text[at + 1] ?? '')) {
      plain += text[at + 1]
      at += 2
    } else {
      plain += char
      at++
    }
  }
  push()
  return out
}

type Found = { inline: NoteInline; end: number } | null

function special(reader: Reader, at: number, to: number, depth: number): Found {
  const { text } = reader
  switch (text[at]) {
    case '\n':
      return { inline: { kind: 'break' }, end: at + 1 }
    case '`': {
      const end = endOf(reader, '`', at + 1, to)
      return end > at + 1 ? { inline: { kind: 'code', text: text.slice(at + 1, end) }, end: end + 1 } : null
    }
    case '[':
      return depth < DEPTH ? link(reader, at, to, depth) : null
    case 'h':
      return isWord(text[at - 1]) ? null : bareLink(text, at, to)
    case '*':
    case '_':
    case '~':
      return depth < DEPTH ? emphasis(reader, at, to, depth) : null
    default:
      return null
  }
}

/** The next `mark` that ends before `to`, or -1. */
function endOf(reader: Reader, mark: string, from: number, to: number): number {
  const known = reader.found.get(mark)
  let at = known && from >= known.from && (known.at < 0 || known.at >= from) ? known.at : undefined
  if (at === undefined) {
    at = reader.text.indexOf(mark, from)
    reader.found.set(mark, { from, at })
  }
  return at >= 0 && at + mark.length <= to ? at : -1
}

/** How many ends of a mark are looked at before it counts as a plain star. */
const ENDS = 8

function emphasis(reader: Reader, at: number, to: number, depth: number): Found {
  const { text } = reader
  const known = marks.find(([mark]) => text.startsWith(mark, at))
  if (!known) return null
  const [mark, kind] = known
  const begin = at + mark.length
  if (isSpace(text[begin]) || (mark[0] === '_' && isWord(text[at - 1]))) return null
  let end = endOf(reader, mark, begin, to)
  for (let look = 0; look < ENDS && end >= 0; look++) {
    const doubled = mark.length === 1 && (text[end + 1] === mark || text[end - 1] === mark)
    const inWord = mark[0] === '_' && isWord(text[end + mark.length])
    if (end > begin && !isSpace(text[end - 1]) && text[end - 1] !== '\\' && !doubled && !inWord)
      return { inline: { kind, inside: readSpan(reader, begin, end, depth + 1) }, end: end + mark.length }
    end = endOf(reader, mark, end + (doubled && text[end + 1] === mark ? 2 : 1), to)
  }
  return null
}

/** Longest address and longest words of a link; a bracket without its partner within them is a bracket. */
const LINK_LENGTH = 2_000

function link(reader: Reader, at: number, to: number, depth: number): Found {
  const { text } = reader
  const middle = endOf(reader, '](', at + 1, Math.min(to, at + LINK_LENGTH))
  if (middle < 0 || text.slice(at + 1, middle).includes('[')) return null
  const end = endOf(reader, ')', middle + 2, Math.min(to, middle + LINK_LENGTH))
  if (end < 0) return null
  const href = safeAddress(text.slice(middle + 2, end).trim())
  if (!href) return null
  const inside = readSpan(reader, at + 1, middle, DEPTH)
  return inside.length > 0 && depth < DEPTH ? { inline: { kind: 'link', href, inside }, end: end + 1 } : null
}

function bareLink(text: string, at: number, to: number): Found {
  address.lastIndex = at
  const found = address.exec(text)?.[0]
  if (!found) return null
  let shown = found.slice(0, to - at).replace(/[.,;:!?'*_~`]+$/, '')
  if (shown.endsWith(')') && !shown.includes('(')) shown = shown.slice(0, -1)
  const href = safeAddress(shown)
  return href
    ? { inline: { kind: 'link', href, inside: [{ kind: 'text', text: shown }] }, end: at + shown.length }
    : null
}

/** Only https, without a name and password in it; everything else stays text. */
function safeAddress(typed: string): string | null {
  if (!/^https:\/\//i.test(typed) || /\s/.test(typed) || !URL.canParse(typed)) return null
  const url = new URL(typed)
  return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null
}

/** The words alone, for lists, search and print. */
export function plainInline(inside: NoteInline[]): string {
  return inside
    .map((one) =>
      one.kind === 'text' || one.kind === 'code' ? one.text : one.kind === 'break' ? '\n' : plainInline(one.inside),
    )
    .join('')
}
