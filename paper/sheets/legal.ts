import { invariant } from '#errors'
import type { Block } from '#paper/draw/sheet.ts'
import type { Words } from '#paper/type/words.ts'

/**
 * Our own legal HTML (from `content/legal/`) as blocks for paper. Knows the elements our Markdown makes and throws for
 * any other, so that no clause can get lost on the way. `siteUrl` completes links, which are also written out.
 */
export function legalBlocks(html: string, siteUrl: string): Block[] {
  const reader = createReader(siteUrl)
  for (const [, closing, name = '', attributes = '', text] of html.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) reader.text(decode(text))
    else if (closing) reader.close(name)
    else reader.open(name, attributes)
  }
  return reader.blocks
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' }
const decode = (text: string) => text.replace(/&([a-z]+|#\d+);/g, (whole, name: string) => entities[name] ?? whole)

const transparent = new Set(['div', 'mark', 'tbody', 'thead', 'tr', 'section'])

/** The statutory form is filled in by hand, so it gets a page of its own and lines to write on. */
const isForm = (heading: string) => /Muster-Widerrufsformular/i.test(heading)

/** What was read so far: finished blocks, and what is open. */
interface Reading {
  siteUrl: string
  blocks: Block[]
  words: Words[]
  style: Omit<Words, 'text'>
  list: { ordered: boolean; items: Words[][] } | null
  table: { head: string[]; rows: string[][] } | null
  inForm: boolean
}

function createReader(siteUrl: string) {
  const reading: Reading = { siteUrl, blocks: [], words: [], style: {}, list: null, table: null, inForm: false }
  return {
    blocks: reading.blocks,
    text(text: string) {
      const plain = text.replace(/\s+/g, ' ')
      if (plain.trim() !== '' || reading.words.length > 0) reading.words.push({ text: plain, ...reading.style })
    },
    open(name: string, attributes: string) {
      if (name === 'tr') reading.table?.rows.push([])
      if (transparent.has(name)) return
      const known = onOpening[name]
      invariant(known, `legal texts have no <${name}> that paper knows`)
      known(reading, attributes)
    },
    close: (name: string) => onClosing[name]?.(reading),
  }
}

const nothing = () => {}
const setStyle = (reading: Reading, change: Omit<Words, 'text'>) => {
  reading.style = { ...reading.style, ...change }
}
const openList = (reading: Reading, ordered: boolean) => {
  reading.list = { ordered, items: [] }
}

/** Every element we know has a line here; most matter only where they end. */
const onOpening: Record<string, (reading: Reading, attributes: string) => void> = {
  ...{ p: nothing, em: nothing, h1: nothing, h2: nothing, h3: nothing, li: nothing, th: nothing, td: nothing },
  hr: nothing,
  br: ({ words, style }) => words.push({ text: '\n', ...style }),
  strong: (reading) => setStyle(reading, { bold: true }),
  code: (reading) => setStyle(reading, { mono: true }),
  a: (reading, attributes) => {
    const href = decode(/href="([^"]*)"/.exec(attributes)?.[1] ?? '')
    setStyle(reading, { href: href.startsWith('/') ? reading.siteUrl + href : href })
  },
  ul: (reading) => openList(reading, false),
  ol: (reading) => openList(reading, true),
  table: (reading) => {
    reading.table = { head: [], rows: [] }
  },
}

const onClosing: Record<string, (reading: Reading) => void> = {
  p: (reading) => {
    if (!reading.list) endParagraph(reading)
  },
  strong: (reading) => setStyle(reading, { bold: false }),
  code: (reading) => setStyle(reading, { mono: false }),
  a: (reading) => {
    const { href } = reading.style
    setStyle(reading, { href: undefined })
    if (href && !reading.words.some(({ text }) => text.includes(href))) reading.words.push({ text: ` (${href})` })
  },
  h2: (reading) => endHeading(reading, 'h2'),
  h3: (reading) => endHeading(reading, 'h3'),
  li: (reading) => void reading.list?.items.push(take(reading)),
  ul: (reading) => endList(reading),
  ol: (reading) => endList(reading),
  th: (reading) => void reading.table?.head.push(takeText(reading)),
  tr: ({ table }) => {
    if (table?.rows.at(-1)?.length === 0) table.rows.pop()
  },
  td: (reading) => void reading.table?.rows.at(-1)?.push(takeText(reading)),
  table: (reading) => {
    if (reading.table) reading.blocks.push({ kind: 'table', ...reading.table })
    reading.table = null
  },
}

function take(reading: Reading): Words[] {
  const taken = reading.words.filter((word) => word.text !== '')
  reading.words = []
  return taken
}

const takeText = (reading: Reading): string =>
  take(reading)
    .map(({ text }) => text)
    .join('')
    .trim()

function endParagraph(reading: Reading): void {
  const words = take(reading)
  if (words.some(({ text }) => text.trim() !== '')) reading.blocks.push({ kind: 'p', words })
}

function endHeading(reading: Reading, kind: 'h2' | 'h3'): void {
  const text = takeText(reading)
  reading.inForm = isForm(text)
  reading.blocks.push({ kind, text, ...(reading.inForm ? { newPage: true } : {}) })
}

function endList(reading: Reading): void {
  const { list, inForm } = reading
  if (list) reading.blocks.push(inForm ? { kind: 'form', items: list.items } : { kind: 'list', ...list })
  reading.list = null
  reading.inForm = false
}
