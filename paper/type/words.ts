/** A run of words in one style. */
export interface Words {
  text: string
  bold?: boolean
  mono?: boolean
  /** These four only in a notebook. */
  italic?: boolean
  struck?: boolean
  quiet?: boolean
  /** Spaces stay as they are. */
  preserve?: boolean
  /** Full address; it is also shown, because paper cannot be clicked. */
  href?: string
}

export interface SetStyle {
  size: number
  leading: number
  width: number
  /** The face of words without a mark of their own. */
  base?: string
  /** Without it, lines from right to left stand at the right edge. */
  align?: 'left' | 'right'
  /** What does not fit into so many lines ends with „…“. */
  lines?: number
}

/**
 * Sets what a sheet does not know beforehand: names, goods, addresses, in any script and of any length. Everyday words
 * that fit their line are drawn without it, which is quicker.
 */
export interface Setter {
  /** Everyday characters only, which pdfkit can set by itself. */
  isPlain(words: Words[], base?: string): boolean
  /** Plain, and no longer than a line. */
  fits(text: string, style: Pick<SetStyle, 'size' | 'width' | 'base'>): boolean
  /** How many lines it takes. */
  count(words: Words[], style: SetStyle): number
  /** Draws from a top edge down; answers the height. */
  write(words: Words[], at: { x: number; y: number }, style: SetStyle): number
}
