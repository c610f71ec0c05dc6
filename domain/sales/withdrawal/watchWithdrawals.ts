import { dayWords } from '#domain/calendar/germanWords.ts'
import { refundClock } from '#domain/sales/withdrawal/rules.ts'
import { selectWithdrawals } from '#domain/sales/withdrawal/store.ts'
import type { Ctx } from '#ports'

/** A waiting declaration is an alarm from the tenth day on: § 357 BGB gives fourteen days for the refund. */
const WARN_DAYS_LEFT = 4
const LOOKED_AT = 200

/** Scheduled: raises the alarm `withdrawal_due` while an undecided declaration nears its last day, else clears it. */
export async function watchWithdrawals(ctx: Ctx): Promise<{ due: number }> {
  const now = ctx.clock.now()
  // The oldest first: they are due, however many came in after them.
  const open = await selectWithdrawals(ctx.db, { states: ['new'], oldestFirst: true, limit: LOOKED_AT })
  const due = open
    .map(({ receivedAt }) => refundClock(receivedAt, now))
    .filter(({ daysLeft }) => daysLeft <= WARN_DAYS_LEFT)
    .sort((a, b) => a.daysLeft - b.daysLeft)
  const [first] = due
  if (first) {
    const waiting = due.length === 1 ? 'Ein Widerruf wartet' : `${due.length} Widerrufe warten`
    const until = dayWords(first.lastDay)
    await ctx.alarms.raise(
      'withdrawal_due',
      `${waiting} auf deine Entscheidung; spätestens am ${until} muss das Geld zurück sein. Sieh unter /admin/widerrufe nach.`,
    )
  } else await ctx.alarms.clear(ctx.db, 'withdrawal_due')
  return { due: due.length }
}
