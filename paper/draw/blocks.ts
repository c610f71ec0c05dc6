import { body, margins, right, width } from '#paper/draw/measures.ts'
import type { Pen } from '#paper/draw/pen.ts'
import type { Block, HeadingBlock } from '#paper/draw/sheet.ts'
import { ink, line, muted } from '#paper/type/colors.ts'

/** Draws one block of a sheet below what is there, and tags it for screen readers. */
export function drawBlock(pen: Pen, block: Block): void {
  switch (block.kind) {
    case 'h2':
    case 'h3':
      drawHeading(pen, block)
      break
    case 'p':
      drawParagraph(pen, block)
      break
    case 'list':
      drawList(pen, block)
      break
    case 'form':
      drawForm(pen, block)
      break
    case 'table':
      drawTable(pen, block)
      break
    case 'lines':
      drawLines(pen, block)
  }
}

function drawHeading({ doc, tag, room }: Pen, block: HeadingBlock): void {
  const big = block.kind === 'h2'
  if (block.newPage) doc.addPage()
  // A heading never stands alone at the foot of a page.
  room(70)
  doc.y += big ? 10 : 6
  tag(big ? 'H2' : 'H3', () => {
    doc
      .font(big ? 'heading' : 'bold')
      .fontSize(big ? 14.5 : 11)
      .fillColor(ink)
      .text(block.text, margins.left, doc.y, { width })
  })
  doc.y += big ? 5 : 3
}

function drawParagraph({ doc, tag, room, write }: Pen, block: Extract<Block, { kind: 'p' }>): void {
  room(30)
  tag('P', () => write(block.words, block.quiet ? { color: muted, size: 9.5 } : {}))
  doc.y += 6
}

const indent = 18

function drawList({ doc, root, room, write }: Pen, block: Extract<Block, { kind: 'list' }>): void {
  const list = doc.struct('L')
  root.add(list)
  block.items.forEach((words, index) => {
    room(16)
    const item = doc.struct('LI')
    list.add(item)
    const { y } = doc
    const mark = () => doc.font('text').fontSize(body.size).fillColor(muted)
    item.add(doc.struct('Lbl', {}, [() => void mark().text(block.ordered ? `${index + 1}.` : '•', margins.left, y)]))
    doc.y = y
    item.add(doc.struct('LBody', {}, [() => write(words, { x: margins.left + indent })]))
    item.end()
    doc.y += 3
  })
  list.end()
  doc.y += 4
}

/** The first item names the addressee; a line to write on follows each of the others. */
function drawForm({ doc, root, room, write, artifact }: Pen, block: Extract<Block, { kind: 'form' }>): void {
  const list = doc.struct('L')
  root.add(list)
  block.items.forEach((words, index) => {
    room(52)
    const item = doc.struct('LI')
    list.add(item)
    item.add(doc.struct('LBody', {}, [() => write(words, {})]))
    item.end()
    if (index > 0)
      artifact(() => {
        doc.y += 20
        doc.moveTo(margins.left, doc.y).lineTo(right, doc.y).lineWidth(0.7).stroke(line)
      })
    doc.y += 10
  })
  list.end()
}

function drawTable(pen: Pen, block: Extract<Block, { kind: 'table' }>): void {
  const { doc, root, room, artifact, setter } = pen
  const columns = Math.max(block.head.length, ...block.rows.map((row) => row.length), 1)
  const cellWidth = width / columns
  const table = doc.struct('Table')
  root.add(table)
  const drawRow = (cells: string[], header: boolean) => {
    const style = { size: 9.5, leading: 13.4, width: cellWidth - 8 }
    const wordsOf = (cell: string) => [{ text: cell, bold: header }]
    const heightOf = (cell: string) => {
      if (!setter.isPlain(wordsOf(cell))) return setter.count(wordsOf(cell), style) * style.leading
      return doc
        .font(header ? 'bold' : 'text')
        .fontSize(9.5)
        .heightOfString(cell, { width: style.width, lineGap: 2 })
    }
    const height = Math.max(...cells.map(heightOf)) + 8
    room(height)
    const { y } = doc
    const row = doc.struct('TR')
    table.add(row)
    cells.forEach((cell, index) => {
      const options = { width: cellWidth - 8, lineGap: 2 }
      const at = { x: margins.left + index * cellWidth, y: y + 4 }
      const work = () => {
        if (!setter.isPlain(wordsOf(cell))) return void setter.write(wordsOf(cell), at, style)
        doc
          .font(header ? 'bold' : 'text')
          .fontSize(9.5)
          .fillColor(ink)
          .text(cell, at.x, at.y, options)
      }
      row.add(doc.struct(header ? 'TH' : 'TD', {}, [work]))
    })
    row.end()
    artifact(() => {
      doc
        .moveTo(margins.left, y + height)
        .lineTo(right, y + height)
        .lineWidth(header ? 1 : 0.5)
        .stroke(line)
    })
    doc.y = y + height
  }
  if (block.head.length > 0) drawRow(block.head, true)
  for (const row of block.rows) drawRow(row, false)
  table.end()
  doc.y += 10
}

function drawLines({ doc, root, room, artifact, setter }: Pen, block: Extract<Block, { kind: 'lines' }>): void {
  const nameWidth = 132
  const valueWidth = width - nameWidth
  const table = doc.struct('Table')
  root.add(table)
  for (const [name, value] of block.rows) {
    const style = { size: body.size, leading: 14, width: valueWidth, align: 'right' as const }
    // Nearly every value fits its line; only the others are worth the search for breaks.
    const fits = setter.fits(value, style)
    const lines = fits ? 1 : setter.count([{ text: value }], style)
    const height = lines * style.leading + 6
    room(height)
    const { y } = doc
    const row = doc.struct('TR')
    table.add(row)
    const plain = () => doc.font('text').fontSize(body.size)
    const left = () =>
      void plain()
        .fillColor(muted)
        .text(name, margins.left, y + 3, { lineBreak: false })
    const value_ = () => {
      if (!fits) return void setter.write([{ text: value }], { x: right - valueWidth, y: y + 2 }, style)
      const size = plain().widthOfString(value)
      doc.fillColor(ink).text(value, right - size, y + 3, { lineBreak: false })
    }
    row.add(doc.struct('TH', {}, [left]))
    row.add(doc.struct('TD', {}, [value_]))
    row.end()
    artifact(() =>
      doc
        .moveTo(margins.left, y + height)
        .lineTo(right, y + height)
        .lineWidth(0.5)
        .stroke('#DDD6C8'),
    )
    doc.y = y + height
  }
  table.end()
  doc.y += 8
}
