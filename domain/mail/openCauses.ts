import { type Cause, causesOf, joinCauses, overdueAlarms } from '#domain/mail/causes.ts'
import { countStuckRows } from '#domain/mail/store.ts'
import type { Ctx } from '#ports'

/**
 * Everything that stands still until a person acts, for `/api/status` and the admin area: what is judged this moment, and
 * the alarms that were raised. Changes nothing. Throws `database_unavailable`.
 */
export async function openCauses(ctx: Ctx): Promise<Cause[]> {
  const [pulse, letters, open] = await Promise.all([ctx.vitals.pulse(), countStuckRows(ctx), ctx.alarms.open(ctx.db)])
  const now = ctx.clock.now()
  const causes = causesOf(pulse, letters, now)
  const over = new Set(overdueAlarms(open, causes, now))
  return joinCauses(
    causes,
    open.filter(({ cause }) => !over.has(cause)),
  )
}
