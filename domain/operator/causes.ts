import { sharedCauses } from '#domain/mail/rules.ts'
import type { Alarm, Pulse } from '#ports'

/** An alarm: a stable code for machines, and a German sentence with the next step. Names no person. */
export interface Cause {
  code: string
  message: string
}

const MINUTE = 60_000
export const alarmLimits = {
  workerSilentMs: 5 * MINUTE,
  eventOpenMs: 5 * MINUTE,
  /** A refused delivery is a single incident: when none followed for so long, the alarm is over. */
  incidentOverMs: 60 * MINUTE,
  /** Payments are rarer than deliveries: only after a day without one of the wrong mode is the alarm over. */
  rareOverMs: 24 * 60 * MINUTE,
  mailEveryMs: 60 * MINUTE,
  warningEveryMs: 24 * 60 * MINUTE,
} as const

/**
 * Alarms about work that waits, not about an outage: strangers can cause them by typing (a claim, a declaration, a
 * wrong address) or by ordering without paying. They never turn the status red and are mailed once a day. Every other
 * alarm needs evidence of our own: our rows, our jobs, or what Stripe, Resend and Bunny answered when *we* asked
 * (docs/decisions/evidenceForAlarms.md).
 */
const warnings: readonly string[] = [
  ...['claim_waiting', 'withdrawal_due', 'receipt_lost', 'setting_missing'],
  ...['mail_unpaid', 'free_order_parked'],
]
export const isWarning = (code: string): boolean => warnings.includes(code)
export const mailPause = (code: string): number =>
  isWarning(code) ? alarmLimits.warningEveryMs : alarmLimits.mailEveryMs

/** Computed anew by `causesOf` each time; all other alarms are cleared by the code that raised them. */
const judged = ['worker_silent', 'event_open', 'dead_jobs', 'letters_parked', 'letters_unknown']

/** The alarms that follow from the present figures. Pure, so that every threshold has a test. */
export function causesOf(pulse: Pulse, letters: { parked: number; unknown: number }, now: Date): Cause[] {
  const causes: Cause[] = []
  const age = (at: Date) => now.getTime() - at.getTime()
  if (!pulse.workerBeatAt || age(pulse.workerBeatAt) > alarmLimits.workerSilentMs)
    causes.push({ code: 'worker_silent', message: 'Seit über 5 Minuten arbeitet kein Worker. Starte ihn neu.' })
  if (pulse.oldestOpenEventAt && age(pulse.oldestOpenEventAt) > alarmLimits.eventOpenMs)
    causes.push({
      code: 'event_open',
      message: `${count(pulse.openEvents, 'Ereignis wartet', 'Ereignisse warten')}, das älteste seit über 5 Minuten. Unter /admin/ereignisse steht, woran es liegt.`,
    })
  if (pulse.deadJobs > 0)
    causes.push({
      code: 'dead_jobs',
      message: `${count(pulse.deadJobs, 'Auftrag ist', 'Aufträge sind')} endgültig gescheitert. Sieh unter /admin/auftraege nach.`,
    })
  if (letters.parked > 0)
    causes.push({
      code: 'letters_parked',
      message: `${count(letters.parked, 'Mail braucht', 'Mails brauchen')} eine Entscheidung. Sieh unter /admin/mails nach.`,
    })
  if (letters.unknown > 0)
    causes.push({
      code: 'letters_unknown',
      message: `Bei ${count(letters.unknown, 'Mail', 'Mails')} ist offen, ob sie ankam. Sieh unter /admin/mails nach.`,
    })
  return causes
}

/** Open alarms that are over and that nothing else clears: computed ones no longer true, and incidents not repeated. */
export function overdueAlarms(open: Alarm[], causes: Cause[], now: Date): string[] {
  const holding = new Set(causes.map(({ code }) => code))
  return open
    .filter(({ cause, lastAt }) =>
      incidentMs(cause) !== null
        ? now.getTime() - lastAt.getTime() > (incidentMs(cause) ?? 0)
        : judged.includes(cause) && !holding.has(cause),
    )
    .map(({ cause }) => cause)
}

function incidentMs(cause: string): number | null {
  if (/^(webhook_(rejected|clock)_|clock_wrong$)/.test(cause)) return alarmLimits.incidentOverMs
  return ['stripe_other_mode', 'bookmark_ahead'].includes(cause) ? alarmLimits.rareOverMs : null
}

/**
 * Computed and raised alarms, each once. An alarm that says why letters wait replaces the one that only counts them.
 */
export function joinCauses(causes: Cause[], open: Alarm[]): Cause[] {
  const raised = open.filter(({ cause }) => !judged.includes(cause))
  const explained = raised.some(({ cause }) => mailStandsStill(cause))
  return [
    ...causes.filter(({ code }) => code !== 'letters_parked' || !explained),
    ...raised.map(({ cause, message }) => ({ code: cause, message })),
  ]
}

/** Whether this alarm means that no mail goes out, so that a mail about it would only wait with the others. */
export const mailStandsStill = (cause: string): boolean => sharedCauses.some((shared) => shared === cause)

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`
