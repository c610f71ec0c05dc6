import { letterStateOf } from '#domain/mail/letterStateOf.ts'
import { undeliverable } from '#domain/mail/rules.ts'
import { readPurchasesOf } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/** The session of the person's newest paid order, if its welcome letter did not arrive; null when all is well. */
export async function lostWelcome(ctx: Ctx, personId: string): Promise<{ sessionId: string } | null> {
  const newest = (await readPurchasesOf(ctx.db, personId)).find(({ state }) => state === 'paid')
  const letter = newest && (await letterStateOf(ctx, { purchaseId: newest.id, kind: 'welcome' }))
  return newest && letter && undeliverable.includes(letter.state) ? { sessionId: newest.sessionId } : null
}
