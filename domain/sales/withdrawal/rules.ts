import { accessLimits, normalizeEmail } from '#domain/access/rules.ts'
import { addDays, berlinDay, type Day, daysBetween, weekdayOf } from '#domain/calendar/berlinDays.ts'
import { berlinInstant } from '#domain/calendar/berlinTime.ts'

/**
 * The right of withdrawal without I/O: what a declaration must hold (§ 356a Abs. 2 BGB), until when the right exists
 * (§§ 187, 188, 193, 355, 356 BGB), when the money must be back (§ 357 BGB), and which order a text means.
 */

export interface Declaration {
  name: string
  /** Order number or whatever the buyer knows. */
  contract: string
  /** Where the receipt goes. */
  email: string
}

/**
 * What the button declares (Anlage 2 EGBGB, for one person). The receipt repeats it word for word (§ 356a Abs. 4 BGB).
 */
export const declarationSentence = 'Hiermit widerrufe ich den von mir abgeschlossenen Vertrag.'

export type DeclarationField = keyof Declaration

export const declarationLimits: Record<DeclarationField, number> = {
  name: 120,
  contract: 200,
  email: accessLimits.addressLength,
}

const asked: Record<DeclarationField, string> = {
  name: 'Trag deinen Namen ein, so wie bei der Bestellung.',
  contract: 'Trag ein, welchen Vertrag du widerrufst: die Bestellnummer, oder was du noch weißt.',
  email: 'Trag die E-Mail-Adresse ein, an die wir den Eingang bestätigen sollen.',
}

/**
 * What was typed, tidied to one line each, and a German sentence for every field that is unusable. Nothing is compared
 * with our orders: the answer must not tell which ones exist.
 */
export function checkDeclaration(typed: Partial<Record<DeclarationField, string>>): {
  declaration: Declaration
  fields: Partial<Record<DeclarationField, string>>
} {
  const declaration = { name: oneLine(typed.name), contract: oneLine(typed.contract), email: oneLine(typed.email) }
  const fields: Partial<Record<DeclarationField, string>> = {}
  for (const field of ['name', 'contract', 'email'] as const) {
    const length = [...declaration[field]].length
    if (length === 0) fields[field] = asked[field]
    else if (length > declarationLimits[field])
      fields[field] = `Das ist zu lang. Kürze es auf höchstens ${declarationLimits[field]} Zeichen.`
  }
  if (!fields.email && normalizeEmail(declaration.email) === null)
    fields.email = 'Mit dieser Adresse geht es nicht. Gib sie vollständig ein, mit allem nach dem @.'
  return { declaration, fields }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a name would break the receipt's lines
const breaks = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g
const oneLine = (text = '') => text.normalize('NFC').replace(breaks, ' ').replace(/ {2,}/g, ' ').trim()

/** Unique key of the receipt: one per declaration. */
export const receiptKey = (withdrawalId: string): string => `withdrawal_receipt:${withdrawalId}`

// ── time ─────────────────────────────────────────────────────────────────────────────────────────

const WITHDRAWAL_DAYS = 14
/** § 357 Abs. 1 BGB: money back at the latest this many days after the declaration arrived. */
const REFUND_DAYS = 14

const SATURDAY = 6

/** Easter Sunday by Gauss' formula. */
function easter(year: number): Day {
  const century = Math.floor(year / 100)
  const golden = year % 19
  const correction = Math.floor((8 * century + 13) / 25)
  const moon = (19 * golden + 15 + century - Math.floor(century / 4) - correction) % 30
  const epact = moon - (moon === 29 || (moon === 28 && golden > 10) ? 1 : 0)
  const weekday = (year + Math.floor(year / 4) + epact + 2 - century + Math.floor(century / 4)) % 7
  const march = epact - weekday + 28
  return addDays(`${year}-03-01`, march - 1)
}

/** Holidays of all sixteen states; for a regional one the operator may be generous by hand. */
function isHoliday(day: Day): boolean {
  if (/-(01-01|05-01|10-03|12-25|12-26)$/.test(day)) return true
  return [-2, 1, 39, 50].includes(daysBetween(easter(Number(day.slice(0, 4))), day))
}

/** Saturday, Sunday, or a holiday everywhere in Germany (§ 193 BGB). */
export const isWorkday = (day: Day): boolean => weekdayOf(day) < SATURDAY && !isHoliday(day)

export interface Deadline {
  /** Last day of the period in Germany, „2026-12-07“. */
  lastDay: Day
  /** The first instant that is too late. */
  endsAt: Date
}

/**
 * The period for a contract concluded at that instant: the day itself does not count (§ 187 Abs. 1), it ends with
 * the fourteenth day after (§ 188 Abs. 1), and on a Saturday, Sunday or holiday with the next workday (§ 193).
 */
export function withdrawalDeadline(concludedAt: Date): Deadline {
  let lastDay = addDays(berlinDay(concludedAt), WITHDRAWAL_DAYS)
  while (!isWorkday(lastDay)) lastDay = addDays(lastDay, 1)
  const endsAt = berlinInstant(`${addDays(lastDay, 1)}T00:00`)
  if (!endsAt) throw new Error(`no day after ${lastDay}`)
  return { lastDay, endsAt }
}

/** The last day for the refund, not moved by weekends: better a day early. `daysLeft` is negative once it is over. */
export function refundClock(receivedAt: Date, now: Date): { lastDay: Day; daysLeft: number } {
  const lastDay = addDays(berlinDay(receivedAt), REFUND_DAYS)
  return { lastDay, daysLeft: daysBetween(berlinDay(now), lastDay) }
}

// ── the right ────────────────────────────────────────────────────────────────────────────────────

export interface RightFacts {
  /** When the contract was made, which is when the payment opened the access; null: not yet. */
  concludedAt: Date | null
  /** Both declarations of the order page (§ 356 Abs. 6 Nr. 2 b, c BGB). */
  bothTicks: boolean
  /** When performance began, which is when access opened. */
  begunAt: Date | null
  /** When the mailer accepted the contract confirmation (§ 356 Abs. 6 Nr. 2 d); null also when it came back. */
  confirmedAt: Date | null
}

export interface Right {
  state: 'exists' | 'lapsed' | 'expired'
  /** Last day of the fourteen; null while there is no contract. */
  lastDay: string | null
  /** When it lapsed early. */
  lapsedAt: Date | null
}

/**
 * Whether the right exists at `at`, the moment the declaration arrived. It lapses early only when all four hold: both
 * ticks, performance begun, confirmation accepted; until the last of them it exists.
 */
export function rightOfWithdrawal(facts: RightFacts, at: Date): Right {
  const { concludedAt, begunAt, confirmedAt } = facts
  const deadline = concludedAt ? withdrawalDeadline(concludedAt) : null
  const lastDay = deadline?.lastDay ?? null
  const complete = facts.bothTicks && begunAt && confirmedAt
  const lapsedAt = complete ? new Date(Math.max(begunAt.getTime(), confirmedAt.getTime())) : null
  if (lapsedAt && lapsedAt <= at && (!deadline || lapsedAt < deadline.endsAt))
    return { state: 'lapsed', lastDay, lapsedAt }
  if (deadline && at >= deadline.endsAt) return { state: 'expired', lastDay, lapsedAt: null }
  return { state: 'exists', lastDay, lapsedAt: null }
}

// ── which order ──────────────────────────────────────────────────────────────────────────────────

/** Order numbers and Stripe sessions named in a text such as „Bestellung W-2026-0117 vom 3.“, „117“ or „cs_test_a1“. */
export function referencesIn(text: string): { numbers: number[]; sessionIds: string[] } {
  const numbers = [...text.matchAll(/\bW\s?[-–]\s?\d{4}\s?[-–]\s?(\d{1,12})\b/gi)].map(([, digits]) => Number(digits))
  const bare = /^\s*#?\s*(\d{1,12})\s*$/.exec(text)?.[1]
  if (bare) numbers.push(Number(bare))
  return { numbers, sessionIds: [...text.matchAll(/\bcs_(?:test|live)_[A-Za-z0-9]{1,240}\b/g)].map(([id]) => id) }
}
