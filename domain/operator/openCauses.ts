import { countStuck } from '#domain/mail/countStuck.ts'
import { type Cause, causesOf, isWarning, joinCauses, overdueAlarms } from '#domain/operator/causes.ts'
import type { Ctx } from '#ports'

export interface OpenCauses {
  /** Something does not work until a person acts. */
  causes: Cause[]
  /** A person should look when there is time. */
  warnings: Cause[]
}

/**
 * Everything that waits for a person, for `/api/status` and the admin area: alarms computed from the present figures,
 * and those that were raised. Changes nothing. Throws `database_unavailable`.
 */
export async function openCauses(ctx: Ctx): Promise<OpenCauses> {
  const [pulse, letters, open] = await Promise.all([ctx.vitals.pulse(), countStuck(ctx), ctx.alarms.open(ctx.db)])
  const now = ctx.clock.now()
  const judged = causesOf(pulse, letters, now)
  const over = new Set(overdueAlarms(open, judged, now))
  const all = joinCauses(
    judged,
    open.filter(({ cause }) => !over.has(cause)),
  )
  return { causes: all.filter(({ code }) => !isWarning(code)), warnings: all.filter(({ code }) => isWarning(code)) }
}
