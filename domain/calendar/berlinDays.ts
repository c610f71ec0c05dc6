/** Calendar days in Berlin as text, „2026-11-23“: they compare as text and know no clock change. */
export type Day = string

const form = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' })
const DAY_MS = 86_400_000

/** The day a calendar in Berlin shows at this instant. */
export const berlinDay = (at: Date): Day => form.format(at)

const asUtc = (day: Day) => Date.parse(`${day}T00:00:00Z`)

/** True for a day that exists: „2026-02-30“ does not. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(asUtc(text)) && new Date(asUtc(text)).toISOString().startsWith(text)

export const addDays = (day: Day, count: number): Day =>
  new Date(asUtc(day) + count * DAY_MS).toISOString().slice(0, 10)

/** From one day to another: 0 for the same, negative backwards. */
export const daysBetween = (from: Day, to: Day): number => Math.round((asUtc(to) - asUtc(from)) / DAY_MS)

/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = (day: Day): number => new Date(asUtc(day)).getUTCDay() || 7

/** The Monday of this day's week. */
export const mondayOf = (day: Day): Day => addDays(day, 1 - weekdayOf(day))
