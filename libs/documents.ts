import { eq } from 'drizzle-orm'
import { document } from '#db/schema.ts'
import { AppError } from '#errors'
import type { Documents } from '#ports'

/** Stored PDFs behind the port `Documents`; the only code that touches `document`. */
export function createDocuments(): Documents {
  return {
    async legal() {
      throw new Error('not written yet')
    },
    async confirmation() {
      throw new Error('not written yet')
    },
    async read(db, id) {
      const [row] = await db.q.select().from(document).where(eq(document.id, id))
      if (!row) throw new AppError('not_found', 'document')
      return { filename: row.filename, contentType: row.mime, content: row.bytes }
    },
  }
}
