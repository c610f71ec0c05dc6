import { type NoteBlock, type NoteInline, type NoteListItem, readNote } from '#noteMarkdown'
import type { NotePart, NotePartItem } from '#paper/draw/book.ts'
import type { Words } from '#paper/type/words.ts'

/** A learner's Markdown (`noteMarkdown.ts`) as parts for paper; addresses are written out. */
export const noteParts = (source: string): NotePart[] => readNote(source).map(partOf)

function partOf(block: NoteBlock): NotePart {
  switch (block.kind) {
    case 'p':
    case 'heading':
      return { kind: block.kind, words: wordsOf(block.inside) }
    case 'list':
      return { kind: 'list', items: itemsOf(block) }
    case 'quote':
      return { kind: 'quote', parts: block.blocks.map(partOf) }
    default:
      return block
  }
}

/** Numbers go on through the whole list, as they do on the page. */
function itemsOf({ ordered, start, items }: Extract<NoteBlock, { kind: 'list' }>): NotePartItem[] {
  const markOf = ({ ticked }: NoteListItem, index: number): NotePartItem['mark'] =>
    ticked ?? (ordered ? `${start + index}.` : '•')
  return items.map((item, index) => ({ mark: markOf(item, index), depth: item.depth, words: wordsOf(item.inside) }))
}

function wordsOf(inside: NoteInline[], style: Omit<Words, 'text'> = {}): Words[] {
  return inside.flatMap((one) => inlineWords(one, style))
}

function inlineWords(one: NoteInline, style: Omit<Words, 'text'>): Words[] {
  switch (one.kind) {
    case 'text':
      return [{ ...style, text: one.text }]
    case 'break':
      return [{ ...style, text: '\n' }]
    case 'code':
      return [{ ...style, text: one.text, mono: true }]
    case 'strong':
      return wordsOf(one.inside, { ...style, bold: true })
    case 'em':
      return wordsOf(one.inside, { ...style, italic: true })
    case 'del':
      return wordsOf(one.inside, { ...style, struck: true })
    case 'link':
      return linkWords(wordsOf(one.inside, { ...style, href: one.href }), one.href)
  }
}

/** Behind its words the address, unless they are the address already. */
function linkWords(words: Words[], href: string): Words[] {
  const said = words.map(({ text }) => text).join('')
  const bare = (address: string) => address.replace(/^https:\/\//i, '').replace(/\/$/, '')
  const address = readable(href)
  if (bare(said) === bare(href) || bare(said) === bare(address)) return words
  return [...words, { text: ' (', quiet: true }, { text: address, quiet: true, href }, { text: ')', quiet: true }]
}

/** „https://de.wikipedia.org/wiki/Übung“ rather than its percent signs. */
function readable(href: string): string {
  try {
    return decodeURI(href).replace(/\s/g, encodeURIComponent)
  } catch {
    return href
  }
}
