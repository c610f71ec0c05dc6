import { paths } from '#app/_http/paths.ts'
import { missingSettings } from '#app/admin/causeWords.ts'
import type { Repair } from '#app/admin/Repairs.tsx'
import { urgentFlags } from '#components/admin/words.ts'
import { sharedCauses } from '#domain/mail/rules.ts'
import { type Cause, isWarning } from '#domain/operator/causes.ts'
import { openCauses } from '#domain/operator/openCauses.ts'
import { listOrders } from '#domain/sales/listOrders.ts'
import { openWithdrawals } from '#domain/sales/withdrawal/openWithdrawals.ts'
import { platform } from '#platform'
import type { Ctx } from '#ports'

export interface Need {
  code: string
  message: string
  /** True: work that waits, not an outage. */
  mild: boolean
  /** Where to look; null when the sentence already says all. */
  href: string | null
  /** What can be done right here. */
  repairs: Repair[]
}

export interface Overview {
  /** Empty: everything runs. */
  needs: Need[]
  workerBeatAt: Date | null
  oldestOpenEventAt: Date | null
  deadJobs: number
  flagged: Awaited<ReturnType<typeof listOrders>>
}

const places: Record<string, () => string> = {
  event_open: () => paths.adminEvents({ stand: 'offen' }),
  dead_jobs: paths.adminJobs,
  worker_silent: paths.adminJobs,
  letters_parked: () => paths.adminMails({ stand: 'parked' }),
  claim_waiting: () => paths.adminClaims(),
  withdrawal_open: () => paths.adminWithdrawals(),
  withdrawal_due: () => paths.adminWithdrawals(),
  mail_address: () => paths.adminMails(),
  mail_unpaid: () => paths.adminMails(),
  order_parked: () => paths.adminOrders({ stand: 'parked' }),
  free_order_parked: () => paths.adminOrders({ stand: 'parked' }),
  webhook_clock_stripe: () => paths.adminEvents({ von: 'stripe' }),
  webhook_clock_resend: () => paths.adminEvents({ von: 'resend' }),
  stripe_other_mode: () => paths.adminEvents({ von: 'stripe' }),
  webhook_missing_stripe: () => paths.adminEvents({ von: 'stripe' }),
  webhook_missing_resend: () => paths.adminEvents({ von: 'resend' }),
  webhook_missing_bunny: () => paths.adminEvents({ von: 'bunny' }),
  receipt_lost: () => paths.adminWithdrawals(),
  letters_unknown: () => paths.adminMails({ stand: 'unknown' }),
}

const FLAGGED_SHOWN = 20

/** What needs a person now, by the same thresholds as `/api/status`, and the orders somebody should look at. */
export async function readOverview(ctx: Ctx): Promise<Overview> {
  const { vitals, config } = platform()
  const [pulse, { causes, warnings }, flagged, alarms, withdrawals] = await Promise.all([
    vitals.pulse(),
    openCauses(ctx),
    listOrders(ctx, { flags: urgentFlags, limit: FLAGGED_SHOWN }),
    ctx.alarms.open(ctx.db),
    openWithdrawals(ctx),
  ])
  const raised = new Set(alarms.map(({ cause }) => cause))
  const needs = [...causes, ...warnings, ...waiting(withdrawals, raised), ...missingSettings(config)].map((cause) =>
    asNeed(cause, raised),
  )
  return { needs, ...pulse, flagged }
}

/** Declarations of withdrawal wait from the first day; near the last day the alarm replaces this sentence. */
function waiting(withdrawals: number, raised: Set<string>): Cause[] {
  if (withdrawals === 0 || raised.has('withdrawal_due')) return []
  const who = withdrawals === 1 ? 'Ein Widerruf wartet' : `${withdrawals} Widerrufe warten`
  return [{ code: 'withdrawal_open', message: `${who} auf deine Entscheidung.` }]
}

const shared: readonly string[] = sharedCauses

/** Letters parked for one cause can be sent on together; alarms that nothing clears by itself can be dismissed. */
function repairsOf(code: string, raised: Set<string>): Repair[] {
  if (shared.includes(code)) return [{ kind: 'retry-parked', cause: code }]
  return raised.has(code) ? [{ kind: 'dismiss', cause: code }] : []
}

const asNeed = ({ code, message }: Cause, raised: Set<string>): Need => ({
  code,
  mild: isWarning(code) || code === 'withdrawal_open',
  // The path in the sentence is meant for mails; here is a link instead.
  message: message.replace(/ (?:Unter|Sieh unter) \/admin\/.*$/, ''),
  href: (places[code] ?? (shared.includes(code) ? places.letters_parked : undefined))?.() ?? null,
  repairs: repairsOf(code, raised),
})
