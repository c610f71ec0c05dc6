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
