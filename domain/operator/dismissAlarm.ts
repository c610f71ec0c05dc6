import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * Clears an alarm that the operator has dealt with; if its cause goes on, it is raised again. Repeating the key changes
 * nothing. Throws `not_found`, `conflict` (the key stands for something else).
 */
export async function dismissAlarm(ctx: Ctx, input: { cause: string; actor: string; key: string }): Promise<void> {
  const { cause, actor, key } = input
  await ctx.db.transaction(async (db) => {
    if (!(await ctx.audit.record(db, { id: key, actor, action: 'alarm.dismiss', target: cause }))) return
    if (!(await ctx.alarms.open(db)).some((alarm) => alarm.cause === cause))
      throw new AppError('not_found', 'no such alarm', { fields: { cause: 'Diese Meldung ist schon weg.' } })
    await ctx.alarms.clear(db, cause)
  })
}
