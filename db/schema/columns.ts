import { sql } from 'drizzle-orm'
import { type AnyPgColumn, customType, timestamp } from 'drizzle-orm/pg-core'

/** Column types and expressions that several tables share. */

export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const createdAt = () => instant('created_at').notNull().defaultNow()

/** A set of `[from, to)` in whole milliseconds, e.g. `{[0,41500),[60000,90000)}`; union is `+` in SQL. */
export const watchedRanges = customType<{ data: string }>({ dataType: () => 'int4multirange' })

export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** Words of a name and parts of an address, for the operator's search by their beginnings. */
export const wordsOf = (name: AnyPgColumn, address: AnyPgColumn) =>
  sql`to_tsvector('simple', coalesce(${name}, '') || ' ' || translate(coalesce(${address}, ''), '@.-_+', '     '))`
