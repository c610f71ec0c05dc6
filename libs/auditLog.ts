import { and, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import { auditEntry } from '#db/schema.ts'
import type { Audit, AuditEntry, Clock } from '#ports'

/** The audit log behind the port `Audit`; the only code that touches `audit_entry`. Rows are never changed. */
export function createAudit(clock: Clock): Audit {
  return {
    async record(db, entry) {
      const rows = await db.q
        .insert(auditEntry)
        .values({ ...entry, at: clock.now() })
        .onConflictDoNothing()
        .returning({ id: auditEntry.id })
      return rows.length === 1
    },
    async find(db, id) {
      const [row] = await db.q.select().from(auditEntry).where(eq(auditEntry.id, id))
      return row ?? null
    },
    async list(db, filter) {
      const about: (SQL | undefined)[] = [
        filter.personId ? eq(auditEntry.personId, filter.personId) : undefined,
        filter.purchaseIds?.length ? inArray(auditEntry.purchaseId, filter.purchaseIds) : undefined,
        filter.target ? eq(auditEntry.target, filter.target) : undefined,
      ].filter((condition) => condition !== undefined)
      const older = filter.beforeId
        ? sql`(${auditEntry.at}, ${auditEntry.id}) < (select a.at, a.id from audit_entry a where a.id = ${filter.beforeId})`
        : undefined
      const rows = await db.q
        .select()
        .from(auditEntry)
        .where(and(about.length > 0 ? or(...about) : undefined, older))
        .orderBy(desc(auditEntry.at), desc(auditEntry.id))
        .limit(filter.limit)
      return rows satisfies AuditEntry[]
    },
  }
}
