import { sharedCauses } from '#domain/mail/rules.ts'
import type { Alarm, Pulse } from '#ports'

/** What an alarm says: a stable code for machines, a German sentence with the next step for people. Names no person. */
export interface Cause {
  code: string
  message: string
}

const MINUTE = 60_000
export const alarmLimits = {
  workerSilentMs: 5 * MINUTE,
  eventOpenMs: 5 * MINUTE,
  /** A refused delivery is an incident, no state: when none followed for so long, it is over. */
  incidentOverMs: 60 * MINUTE,
  /** Payments are rarer than deliveries: a day without one of the other mode says that it was put right. */
  rareOverMs: 24 * 60 * MINUTE,
  mailEveryMs: 60 * MINUTE,
  warningEveryMs: 24 * 60 * MINUTE,
} as const

/**
 * Work that waits, and no outage: what a stranger can bring about by typing (a claim, a declaration, a receipt to
 * nowhere) or by ordering without paying. It never turns the status red, and is mailed once a day. Every other kind of
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

/** Judged anew at every look; all other alarms are ended by whoever raised them. */
const judged = ['worker_silent', 'event_open', 'dead_jobs', 'letters_parked', 'letters_unknown']

/** Judges what was read. Pure, so that every threshold has a test. */
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

/** Alarms that nobody will end any more: judged ones that no longer hold, and incidents that were not repeated. */
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

/** What is judged now and what was raised, each once; an alarm that says why letters wait stands for the count. */
export function joinCauses(causes: Cause[], open: Alarm[]): Cause[] {
  const raised = open.filter(({ cause }) => !judged.includes(cause))
  const explained = raised.some(({ cause }) => mailStandsStill(cause))
  return [
    ...causes.filter(({ code }) => code !== 'letters_parked' || !explained),
    ...raised.map(({ cause, message }) => ({ code: cause, message })),
  ]
}

/** While one of these holds, a mail about it could not go out either; it would only wait with the others. */
export const mailStandsStill = (cause: string): boolean => sharedCauses.some((shared) => shared === cause)

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`
