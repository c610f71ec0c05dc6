import type { Day } from './berlinDays.ts'

/**
 * How days and times read in German, for pages, letters, paper and the desk alike. An instant is read in Europe/Berlin,
 * wherever the machine stands; a calendar day („2026-11-23“) is no instant and is read without any zone.
 */

type Instant = Date | string

/** Made once, at first use: a formatter costs a third of a millisecond, and a browser needs few of these. */
function formatter(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  let made: Intl.DateTimeFormat | null = null
  return () => {
    made ??= new Intl.DateTimeFormat('de-DE', options)
    return made
  }
}

const inBerlin = (options: Intl.DateTimeFormatOptions) => {
  const format = formatter({ timeZone: 'Europe/Berlin', ...options })
  return (at: Instant) => format().format(new Date(at))
}

const noonOf = (day: Day) => new Date(`${day}T12:00:00Z`)
const ofDay = (options: Intl.DateTimeFormatOptions) => {
  const format = formatter({ timeZone: 'UTC', ...options })
  return (day: Day) => format().format(noonOf(day))
}

const minute = { hour: '2-digit', minute: '2-digit' } as const
const second = { ...minute, second: '2-digit' } as const
const longDay = { day: 'numeric', month: 'long' } as const
const digits = { day: '2-digit', month: '2-digit', year: 'numeric' } as const

// ── instants ─────────────────────────────────────────────────────────────────────────────────────

/** „14:03“ */
export const timeOfDay = inBerlin(minute)
/** „14:03:07“ */
export const timeToSecond = inBerlin(second)
/** „14:03:07,123“ */
export const timeToMillisecond = inBerlin({ ...second, fractionalSecondDigits: 3 })

/** „22. November 2026“ */
export const longDate = inBerlin({ ...longDay, year: 'numeric' })
/** „So., 22.11.2026“ */
export const shortDate = inBerlin({ weekday: 'short', ...digits })
/** „So., 22.11.2026, 14:03“ */
export const shortDateAndTime = inBerlin({ weekday: 'short', ...digits, ...minute })
/** „22.11.2026, 14:03:07“ */
export const shortMoment = inBerlin({ ...digits, ...second })

/** „22. November 2026, 14:03:07 Uhr“ */
export const longMoment = (at: Instant): string => `${longDate(at)}, ${timeToSecond(at)} Uhr`

const zone = formatter({ timeZone: 'Europe/Berlin', timeZoneName: 'short' })

/** „22. November 2026, 14:03:07 Uhr (MEZ)“: unmistakable also in the doubled hour of October. */
export function exactMoment(at: Instant): string {
  const name = zone()
    .formatToParts(new Date(at))
    .find((part) => part.type === 'timeZoneName')?.value
  return `${longMoment(at)} (${name})`
}

const full = inBerlin({ dateStyle: 'full', timeStyle: 'medium' })

/** „Sonntag, 22. November 2026, 14:03:07 Uhr“, for what the law wants to the second. */
export const fullMoment = (at: Instant): string => `${full(at).replace(' um ', ', ')} Uhr`

/** „14:03“ today, else „22. November 2026, 14:03“. */
export function timeOrDate(at: Instant, now: Date): string {
  const isToday = longDate(at) === longDate(now)
  return isToday ? timeOfDay(at) : `${longDate(at)}, ${timeOfDay(at)}`
}

const weekdayAndDate = inBerlin({ weekday: 'long', ...longDay })
const weekdayAndDateOfYear = inBerlin({ weekday: 'long', ...longDay, year: 'numeric' })
const hour = inBerlin({ hour: 'numeric', minute: '2-digit' })

/** A day further away than this is told with its year. */
const YEAR_AFTER_MS = 300 * 86_400_000

/** „Montag, 30. November, um 6:00 Uhr“, with the year when that is far from `now`. */
export function weekdayAndTime(at: Instant, now: Date): string {
  const isFar = new Date(at).getTime() - now.getTime() > YEAR_AFTER_MS
  return `${isFar ? weekdayAndDateOfYear(at) : weekdayAndDate(at)}, um ${hour(at)} Uhr`
}

// ── calendar days ────────────────────────────────────────────────────────────────────────────────

const wholeDay = formatter({ timeZone: 'UTC', ...longDay, year: 'numeric' })

/** „2026-12-01“ → „1. Dezember 2026“; what is no day stays as it is. */
export function dayWords(text: string): string {
  const noon = noonOf(text)
  return Number.isNaN(noon.getTime()) ? text : wholeDay().format(noon)
}

/** Two days → „23.–29. November 2026“ */
export const daySpan = (from: Day, to: Day): string => wholeDay().formatRange(noonOf(from), noonOf(to))

const weekdayAndDay = ofDay({ weekday: 'long', ...longDay })
const weekdayAndDayOfYear = ofDay({ weekday: 'long', ...longDay, year: 'numeric' })

/** „Freitag, 5. März“, with the year when it is not this one. */
export const weekdayWords = (day: Day, today: Day): string =>
  day.slice(0, 4) === today.slice(0, 4) ? weekdayAndDay(day) : weekdayAndDayOfYear(day)

/** „2026-11-23“ → „Montag“ */
export const weekdayName = ofDay({ weekday: 'long' })
/** „2026-11-23“ → „Mo“ */
export const weekdayShort = ofDay({ weekday: 'short' })
/** „2026-11-23“ → „23. Nov.“ */
export const dayOfMonth = ofDay({ day: 'numeric', month: 'short' })
