import { countStuck } from '#domain/mail/countStuck.ts'
import { tellOperators } from '#domain/mail/tellOperators.ts'
import { causesOf, mailPause, mailStandsStill, overdueAlarms } from '#domain/operator/causes.ts'
import type { Alarm, Ctx } from '#ports'

/**
 * Scheduled: raises the alarms that follow from the present figures, clears those that are over, and mails each open
 * one to the operators, at most once an hour per cause, a warning once a day. Claim and letter are one transaction, so
 * any number of workers write one letter. While no mail goes out it writes none, because they would all arrive together
 * later. Answers how many were mailed.
 *
 * A worker that does not run cannot tell of itself; an outside monitor of `/api/status` must do that.
 */
export async function watchAlarms(ctx: Ctx): Promise<{ mailed: number }> {
  const [pulse, letters] = await Promise.all([ctx.vitals.pulse(), countStuck(ctx)])
  const now = ctx.clock.now()
  const causes = causesOf(pulse, letters, now)
  for (const { code, message } of causes) await ctx.alarms.raise(code, message)
  for (const cause of overdueAlarms(await ctx.alarms.open(ctx.db), causes, now)) await ctx.alarms.clear(ctx.db, cause)
  const open = await ctx.alarms.open(ctx.db)
  if (open.some(({ cause }) => mailStandsStill(cause))) return { mailed: 0 }
  let mailed = 0
  for (const alarm of open) if (await mailAlarm(ctx, alarm)) mailed++
  return { mailed }
}

async function mailAlarm(ctx: Ctx, alarm: Alarm): Promise<boolean> {
  const { cause, message, firstAt, times } = alarm
  return ctx.db.transaction(async (db) => {
    const pause = mailPause(cause)
    if (!(await ctx.alarms.claimMail(db, cause, pause))) return false
    const slot = Math.floor(ctx.clock.now().getTime() / pause)
    await tellOperators(
      { ...ctx, db },
      {
        kind: 'operator_alarm',
        cause: `${cause}:${slot}`,
        inputs: { cause, message, firstAt: firstAt.toISOString(), times },
      },
    )
    return true
  })
}
