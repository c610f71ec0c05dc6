import { extractText, getDocumentProxy, getMeta } from 'unpdf'

/** What a PDF says, as one line. */
export async function readPdf(
  bytes: Uint8Array,
): Promise<{ text: string; pages: number; info: Record<string, unknown> }> {
  // pdf.js keeps the memory it is given.
  const pdf = await getDocumentProxy(new Uint8Array(bytes))
  const { text, totalPages } = await extractText(pdf, { mergePages: true })
  const { info } = await getMeta(pdf)
  return { text: text.replace(/\s+/g, ' '), pages: totalPages, info: info as Record<string, unknown> }
}

/** Text that lies beyond an edge of its page by more than `slack` points, with its place. */
export async function beyondEdges(
  bytes: Uint8Array,
  edge: { left: number; right: number; top: number; bottom: number },
  slack = 1.5,
): Promise<string[]> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes))
  const beyond: string[] = []
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    const [, , width = 0, height = 0] = page.view
    for (const item of (await page.getTextContent()).items) {
      if (!('str' in item) || item.str.trim() === '') continue
      const [, , , , x = 0, y = 0] = item.transform as number[]
      const outside =
        x < edge.left - slack ||
        x + item.width > width - edge.right + slack ||
        y < edge.bottom - slack ||
        y > height - edge.top + slack
      if (outside)
        beyond.push(`page ${number} at ${Math.round(x)},${Math.round(y)}, ${Math.round(item.width)} wide: ${item.str}`)
    }
  }
  return beyond
}
