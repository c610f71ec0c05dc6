/**
 * Every table, one file for each folder that owns some; `db/schema.md` explains them in words. Only the owner's
 * `store.ts` (or the file named there) may touch a table. Money is cents, time is an instant.
 */
export * from './schema/access.ts'
export { wordsOf } from './schema/columns.ts'
export * from './schema/learning.ts'
export * from './schema/libs.ts'
export * from './schema/mail.ts'
export * from './schema/notes.ts'
export * from './schema/paper.ts'
export * from './schema/records.ts'
export * from './schema/sales.ts'
export * from './schema/video.ts'
