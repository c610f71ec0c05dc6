/**
 * Wall-clock time in Europe/Berlin, the zone in which releases are written. Pure, safe over both clock
 * changes, and independent of the machine's own zone.
 */

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Berlin',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

const DAY_MS = 86_400_000
/** A hundred years: more is no release, and would leave the calendar. */
export const MAX_DAYS = 36_525

/** What a clock in Berlin shows, written as if it were UTC: only good for comparing with other wall-clock readings. */
function wallMs(instantMs: number): number {
  const read: Record<string, number> = {}
  for (const part of parts.formatToParts(instantMs)) read[part.type] = Number(part.value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * The instant at which clocks in Berlin show this time. A time that the spring change skips (02:30) is
 * read with the offset before the change (so 03:30); a time that the autumn change repeats is the first of the two.
 */
function instantOf(wall: number): Date {
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((around) => wallMs(around) - around)
  const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b)
  const exact = candidates.find((candidate) => wallMs(candidate) === wall)
  return new Date(exact ?? wall - offsets[0]!)
}

/** What a clock in Berlin shows at this instant: „2026-11-30T06:00“. */
export const berlinWallClock = (at: Date): string => new Date(wallMs(at.getTime())).toISOString().slice(0, 16)

/** „2026-11-30T06:00“ on a clock in Berlin → instant; null if it is not such a time. */
export function berlinInstant(text: string): Date | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)$/.exec(text)
  if (!match) return null
  const [year, month, day, hour, minute] = match.slice(1).map(Number) as [number, number, number, number, number]
  const wall = Date.UTC(year, month - 1, day, hour, minute)
  // „2026-02-30“ would be read as the second of March.
  if (hour > 23 || minute > 59 || new Date(wall).toISOString().slice(0, 16) !== text) return null
  return instantOf(wall)
}

/** The instant `days` calendar days after `start`'s day in Berlin, at `time` („06:00“); null for a bad time. */
export function berlinDaysLater(start: Date, days: number, time: string): Date | null {
  const match = /^(\d\d):(\d\d)$/.exec(time)
  if (!match || !Number.isInteger(days) || Math.abs(days) > MAX_DAYS) return null
  const [hour, minute] = match.slice(1).map(Number) as [number, number]
  if (hour > 23 || minute > 59) return null
  const startDay = Math.floor(wallMs(start.getTime()) / DAY_MS) * DAY_MS
  return instantOf(startDay + days * DAY_MS + hour * 3_600_000 + minute * 60_000)
}
