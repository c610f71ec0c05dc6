import type { Words } from '#paper/type/words.ts'

export interface HeadingBlock {
  kind: 'h2' | 'h3'
  text: string
  newPage?: boolean
}

/** What a sheet is made of; words and order are its maker's, the look is in `paper/draw/blocks.ts`. */
export type Block =
  | HeadingBlock
  | { kind: 'p'; words: Words[]; quiet?: boolean }
  | { kind: 'list'; ordered: boolean; items: Words[][] }
  /** To be filled in by hand: each item is followed by a line to write on. */
  | { kind: 'form'; items: Words[][] }
  | { kind: 'table'; head: string[]; rows: string[][] }
  /** Lines of a ticket: name left, value right. */
  | { kind: 'lines'; rows: [string, string][] }

/** A document of blocks, one below the other, on as many pages as it takes: a contract's confirmation, a legal text. */
export interface Sheet {
  title: string
  /** Left and right half of the stub; the right one is stamped. */
  stub: [string, string]
  stamped?: boolean
  blocks: Block[]
  /** Who stands behind it, at the foot of each page. */
  foot: string[]
  author: string
  /** Instead of the clock: the same sheet always has the same bytes. */
  createdAt: Date
}
