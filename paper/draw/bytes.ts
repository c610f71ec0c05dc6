import type PDFKit from 'pdfkit'

/** What was written into a document since the last call; pages that are still open are not in it. */
export const takeBytes = (doc: PDFKit.PDFDocument): Buffer => (doc.read() as Buffer | null) ?? Buffer.alloc(0)

/** Ends a document, which pdfkit does at once; answers what was not taken yet. */
export function endDocument(doc: PDFKit.PDFDocument): Buffer {
  doc.end()
  return takeBytes(doc)
}
