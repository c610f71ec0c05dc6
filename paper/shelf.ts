import { and, desc, eq, like } from 'drizzle-orm'
import { document } from '#db/schema.ts'
import { AppError } from '#errors'
import type { Attachment, Db } from '#ports'

/** How many files stay in memory: the legal texts of a few versions. */
const KEPT = 8

/** Which document; `id` is made of the other two. */
export interface DocumentKey {
  id: string
  kind: string
  version: string
}

/**
 * The stored PDFs; the only code that touches `document`. Stored, not rendered anew: a retry after a deploy must have
 * the same bytes, whatever became of templates, fonts and libraries (docs/decisions/storedDocuments.md).
 */
export interface Shelf {
  /** null: it was never stored. */
  find(db: Db, id: string): Promise<(Attachment & { kind: string }) | null>
  /** The same, from memory if it can be. Throws `not_found`. */
  read(db: Db, id: string): Promise<Attachment>
  /** The first writer wins; false when somebody stored it before. */
  store(db: Db, key: DocumentKey, file: Attachment): Promise<boolean>
  /** Stores it unless it is there. */
  ensure(db: Db, key: DocumentKey, make: () => Promise<Attachment>): Promise<void>
  /** Id of the terms of this version that were stored last; null: there are none. */
  findTerms(db: Db, version: string): Promise<string | null>
}

export function createShelf(): Shelf {
  const kept = new Map<string, Attachment>()
  const known = new Set<string>()
  return {
    find,
    store,
    findTerms,
    async read(db, id) {
      const inMemory = kept.get(id)
      if (inMemory) return inMemory
      const row = await find(db, id)
      if (!row) throw new AppError('not_found', 'document')
      if (row.kind !== 'confirmation') {
        if (kept.size >= KEPT) kept.clear()
        kept.set(id, row)
      }
      return row
    },
    async ensure(db, key, make) {
      if (known.has(key.id)) return
      const [row] = await db.q.select({ id: document.id }).from(document).where(eq(document.id, key.id))
      if (!row) await store(db, key, await make())
      // A row of a transaction may still vanish, so only settled ones are remembered.
      if (!db.inTransaction) known.add(key.id)
    },
  }
}

async function find(db: Db, id: string): Promise<(Attachment & { kind: string }) | null> {
  const [row] = await db.q.select().from(document).where(eq(document.id, id))
  return row ? { filename: row.filename, contentType: row.mime, content: row.bytes, kind: row.kind } : null
}

async function store(db: Db, { id, kind, version }: DocumentKey, file: Attachment): Promise<boolean> {
  const rows = await db.q
    .insert(document)
    .values({ id, kind, version, filename: file.filename, mime: file.contentType, bytes: file.content })
    .onConflictDoNothing()
    .returning({ id: document.id })
  return rows.length === 1
}

async function findTerms(db: Db, version: string): Promise<string | null> {
  const [row] = await db.q
    .select({ id: document.id })
    .from(document)
    .where(and(eq(document.kind, 'terms'), like(document.version, `${version.replace(/[%_\\]/g, '')}.%`)))
    .orderBy(desc(document.createdAt))
    .limit(1)
  return row?.id ?? null
}
