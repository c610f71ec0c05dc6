import { accessLimits } from '#domain/access/rules.ts'
import { liveSessionsOf } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/** When a person's live sessions (the 50 last used) were opened, oldest first; `unproven`: by the browser that paid. */
export async function loginsOf(ctx: Ctx, personId: string): Promise<{ kind: 'proven' | 'unproven'; at: Date }[]> {
  const rows = await liveSessionsOf(ctx, personId, ctx.clock.now(), accessLimits.listedSessions)
  return rows
    .map(({ kind, createdAt }) => ({ kind, at: createdAt }))
    .sort((one, other) => one.at.getTime() - other.at.getTime())
}
