import { weekdayAndTime } from '#domain/calendar/germanWords.ts'

/** How amounts, lengths and lists read on a German page; days and times do in `domain/calendar/germanWords.ts`. */

/** Cents → „349,00 €“. */
export function money(cents: number, currency = 'eur'): string {
  return new Intl.NumberFormat('de-DE', { style: 'currency', currency: currency.toUpperCase() }).format(cents / 100)
}

/** Cents → „349 €“ when there are no odd cents: for buttons and running text. */
export function roundMoney(cents: number, currency = 'eur'): string {
  const digits = cents % 100 === 0 ? 0 : 2
  const format = { style: 'currency', currency: currency.toUpperCase(), minimumFractionDigits: digits } as const
  return new Intl.NumberFormat('de-DE', { ...format, maximumFractionDigits: digits }).format(cents / 100)
}

/**
 * Seconds → „6 Min.“, never „0 Min.“: for tables and beside names. It ends in a dot, so no sentence may end with it.
 */
export function minutes(seconds: number): string {
  return `${Math.max(1, Math.round(seconds / 60))} Min.`
}

/** Seconds → „6 Minuten“, for running text. */
export function minutesInWords(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds / 60))
  return whole === 1 ? 'eine Minute' : `${whole} Minuten`
}

/** Seconds → „7 Std. 20 Min.“ or „48 Min.“. */
export function hoursAndMinutes(seconds: number): string {
  const whole = Math.round(seconds / 60)
  const hours = Math.floor(whole / 60)
  if (hours === 0) return `${whole} Min.`
  return whole % 60 === 0 ? `${hours} Std.` : `${hours} Std. ${whole % 60} Min.`
}

/** „Montag, 30. November, um 6:00 Uhr“ */
export const openingMoment = (at: Date | string, now = new Date()) => weekdayAndTime(at, now)

/** 1 → „01“ for module labels. */
export const twoDigits = (value: number) => String(value).padStart(2, '0')

/** „Zahlung, Mail und Film“ */
export const joinAnd = (parts: string[]) =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} und ${parts.at(-1)}`

/** „Eine Notiz, 2 Merkstellen.“: what there is of these as one sentence; null for nothing. */
export function countedSentence(parts: (string | false)[]): string | null {
  const said = parts.filter((part) => part !== false).join(', ')
  return said === '' ? null : `${said.charAt(0).toUpperCase()}${said.slice(1)}${said.endsWith('.') ? '' : '.'}`
}
