import { pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes, createdAt } from './columns.ts'

/** A file that letters attach, stored once per text version. */
export const document = pgTable(
  'document',
  {
    id: uuid('id').primaryKey(),
    /** `terms`, `withdrawal`, … */
    kind: text('kind').notNull(),
    version: text('version').notNull(),
    filename: text('filename').notNull(),
    mime: text('mime').notNull(),
    bytes: bytes('bytes').notNull(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('document_version').on(table.kind, table.version)],
)
