import { readDraftsOfAddress } from '#domain/sales/checkout/store.ts'
import { readPurchasesOfAddress } from '#domain/sales/store.ts'
import type { Ctx } from '#ports'

/** Sessions that were opened with, or paid under, this address (`spellingsOf`): the newest `limit`, each once. */
export async function sessionsOfAddress(ctx: Ctx, spellings: string[], limit: number): Promise<string[]> {
  const [purchases, drafts] = await Promise.all([
    readPurchasesOfAddress(ctx.db, spellings),
    readDraftsOfAddress(ctx.db, spellings, limit),
  ])
  const known = [...purchases.filter(({ state }) => state !== 'foreign'), ...drafts]
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .flatMap(({ sessionId }) => sessionId ?? [])
  return [...new Set(known)].slice(0, limit)
}
