import { invariant } from '#errors'
import type { Block } from '#paper/paper.ts'
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

function createReader(siteUrl: string) {
  const blocks: Block[] = []
  let words: Words[] = []
  let style: Omit<Words, 'text'> = {}
  let list: { ordered: boolean; items: Words[][] } | null = null
  let table: { head: string[]; rows: string[][] } | null = null
  let inForm = false

  const take = (): Words[] => {
    const taken = words.filter((word) => word.text !== '')
    words = []
    return taken
  }
  const takeText = () =>
    take()
      .map((word) => word.text)
      .join('')
      .trim()
  const endParagraph = () => {
    const taken = take()
    if (taken.some((word) => word.text.trim() !== '')) blocks.push({ kind: 'p', words: taken })
  }

  const open: Record<string, (attributes: string) => void> = {
    p: () => {},
    br: () => words.push({ text: '\n', ...style }),
    strong: () => {
      style = { ...style, bold: true }
    },
    em: () => {},
    code: () => {
      style = { ...style, mono: true }
    },
    a: (attributes) => {
      const href = decode(/href="([^"]*)"/.exec(attributes)?.[1] ?? '')
      style = { ...style, href: href.startsWith('/') ? siteUrl + href : href }
    },
    h1: () => {},
    h2: () => {},
    h3: () => {},
    ul: () => {
      list = { ordered: false, items: [] }
    },
    ol: () => {
      list = { ordered: true, items: [] }
    },
    li: () => {},
    table: () => {
      table = { head: [], rows: [] }
    },
    th: () => {},
    td: () => {},
    hr: () => {},
  }
  const close: Record<string, () => void> = {
    p: () => {
      if (!list) endParagraph()
    },
    strong: () => {
      style = { ...style, bold: false }
    },
    code: () => {
      style = { ...style, mono: false }
    },
    a: () => {
      const { href } = style
      style = { ...style, href: undefined }
      if (href && !words.some((word) => word.text.includes(href))) words.push({ text: ` (${href})` })
    },
    h2: () => heading('h2'),
    h3: () => heading('h3'),
    li: () => list?.items.push(take()),
    ul: () => endList(),
    ol: () => endList(),
    th: () => table?.head.push(takeText()),
    tr: () => {
      if (table?.rows.at(-1)?.length === 0) table.rows.pop()
    },
    td: () => table?.rows.at(-1)?.push(takeText()),
    table: () => {
      if (table) blocks.push({ kind: 'table', ...table })
      table = null
    },
  }
  function heading(kind: 'h2' | 'h3'): void {
    const text = takeText()
    inForm = isForm(text)
    blocks.push({ kind, text, ...(inForm ? { newPage: true } : {}) })
  }
  function endList(): void {
    if (list) blocks.push(inForm ? { kind: 'form', items: list.items } : { kind: 'list', ...list })
    list = null
    inForm = false
  }

  return {
    blocks,
    text(text: string) {
      const plain = text.replace(/\s+/g, ' ')
      if (plain.trim() !== '' || words.length > 0) words.push({ text: plain, ...style })
    },
    open(name: string, attributes: string) {
      if (name === 'tr') table?.rows.push([])
      if (transparent.has(name)) return
      const known = open[name]
      invariant(known, `legal texts have no <${name}> that paper knows`)
      known(attributes)
    },
    close(name: string) {
      close[name]?.()
    },
  }
}
