import { eq } from 'drizzle-orm'
import { certificate } from '#db/schema.ts'
import type { Db } from '#ports'

/** The only SQL on `certificate`. */

export type Certificate = typeof certificate.$inferSelect

export async function findByNumber(db: Db, number: string): Promise<Certificate | null> {
  const [row] = await db.q.select().from(certificate).where(eq(certificate.number, number))
  return row ?? null
}

export async function findByPerson(db: Db, personId: string): Promise<Certificate | null> {
  const [row] = await db.q.select().from(certificate).where(eq(certificate.personId, personId))
  return row ?? null
}

/** One per person: of two that come at once the first stays. Answers the stored one. */
export async function addCertificate(db: Db, row: typeof certificate.$inferInsert): Promise<Certificate> {
  await db.q.insert(certificate).values(row).onConflictDoNothing({ target: certificate.personId })
  return (await findByPerson(db, row.personId))!
}

/** Changes the name only; null when the person has no certificate. */
export async function renameCertificate(db: Db, personId: string, name: string, at: Date): Promise<Certificate | null> {
  const [row] = await db.q
    .update(certificate)
    .set({ name, updatedAt: at })
    .where(eq(certificate.personId, personId))
    .returning()
  return row ?? null
}
