import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator has seen an alarm and done what it asks. If its cause goes on, it comes back by itself.
 * Repeating the key changes nothing. Throws `not_found`, `conflict` (the key is used).
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
