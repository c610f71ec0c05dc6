import type { Ctx } from '#ports'
import type { Holding } from './releases/release.ts'

/** Enough for all learners who watch at the same time; beyond it the oldest entry is forgotten. */
const REMEMBERED_GRANTS = 20_000
const remembered = new WeakMap<object, Map<string, Holding[]>>()

/** Remembers in this process from when to when somebody had the course, for times without a database. */
export function rememberGrant(ctx: Ctx, personId: string, holdings: Holding[]): void {
  let grants = remembered.get(ctx.db)
  if (!grants) {
    grants = new Map()
    remembered.set(ctx.db, grants)
  }
  grants.delete(personId)
  grants.set(personId, holdings)
  if (grants.size > REMEMBERED_GRANTS) grants.delete(grants.keys().next().value!)
}

/** What `rememberGrant` last noted; null when this process has not read the person's grants. */
export const rememberedGrant = (ctx: Ctx, personId: string): Holding[] | null =>
  remembered.get(ctx.db)?.get(personId) ?? null
