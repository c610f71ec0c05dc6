import { paths } from '#app/_http/paths.ts'
import { missingSettings } from '#app/api/status/causes.ts'
import { urgentFlags } from '#components/admin/words.ts'
import type { Cause } from '#domain/mail/causes.ts'
import { openCauses } from '#domain/mail/openCauses.ts'
import { listOrders } from '#domain/sales/listOrders.ts'
import { platform } from '#platform'
import type { Ctx } from '#ports'

export interface Need {
  code: string
  message: string
  /** Where to look; null when the sentence already says all. */
  href: string | null
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
  withdrawal_due: () => paths.adminWithdrawals(),
  mail_address: () => paths.adminMails(),
  letters_unknown: () => paths.adminMails({ stand: 'unknown' }),
}

const FLAGGED_SHOWN = 20

/** What needs a person now, by the same thresholds as `/api/status`, and the orders somebody should look at. */
export async function readOverview(ctx: Ctx): Promise<Overview> {
  const { vitals, config } = platform()
  const [pulse, causes, flagged] = await Promise.all([
    vitals.pulse(),
    openCauses(ctx),
    listOrders(ctx, { flags: urgentFlags, limit: FLAGGED_SHOWN }),
  ])
  const needs = [...causes, ...missingSettings(config)].map(asNeed)
  return { needs, ...pulse, flagged }
}

const asNeed = ({ code, message }: Cause): Need => ({
  code,
  // The path in the sentence is for machines' mails; here stands a link.
  message: message.replace(/ (?:Unter|Sieh unter) \/admin\/.*$/, ''),
  href: places[code]?.() ?? null,
})
