import { and, desc, eq, inArray, like, or, type SQL, sql } from 'drizzle-orm'
import { auditEntry } from '#db/schema.ts'
import { AppError } from '#errors'
import type { Audit, AuditEntry, Clock, Db } from '#ports'

/** The audit log behind the port `Audit`; the only code that touches `audit_entry`. Rows are never changed. */
export function createAudit(clock: Clock): Audit {
  return {
    async record(db, entry) {
      const rows = await db.q
        .insert(auditEntry)
        .values({ ...entry, at: clock.now() })
        .onConflictDoNothing()
        .returning({ id: auditEntry.id })
      if (rows.length === 1) return true
      await refuseOtherUse(db, entry)
      return false
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
      const action = filter.action
        ? or(eq(auditEntry.action, filter.action), like(auditEntry.action, `${filter.action.replace(/[%_\\]/g, '')}.%`))
        : undefined
      const older = filter.beforeId
        ? sql`(${auditEntry.at}, ${auditEntry.id}) < (select a.at, a.id from audit_entry a where a.id = ${filter.beforeId})`
        : undefined
      const rows = await db.q
        .select()
        .from(auditEntry)
        .where(and(about.length > 0 ? or(...about) : undefined, action, older))
        .orderBy(desc(auditEntry.at), desc(auditEntry.id))
        .limit(filter.limit)
      return rows satisfies AuditEntry[]
    },
  }
}

/** Throws `conflict` unless the key stands for the same action: a form that was changed is no repetition. */
async function refuseOtherUse(db: Db, entry: Omit<AuditEntry, 'at'>): Promise<void> {
  const [before] = await db.q.select().from(auditEntry).where(eq(auditEntry.id, entry.id))
  const same =
    before &&
    before.action === entry.action &&
    before.personId === (entry.personId ?? null) &&
    before.purchaseId === (entry.purchaseId ?? null) &&
    before.target === (entry.target ?? null) &&
    before.reason === (entry.reason ?? null)
  if (!same) throw new AppError('conflict', 'this key already stands for another action')
}
