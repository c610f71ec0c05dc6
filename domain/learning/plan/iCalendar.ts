import { addDays, type Day } from '#domain/calendar/berlinDays.ts'

/** iCalendar (RFC 5545) as calendar programs subscribe to it. Pure: the same plan gives the same bytes. */

export interface CalendarEvent {
  /** Stable for ever: a moved lesson is the same event at another time. */
  uid: string
  summary: string
  description: string
  url: string
  day: Day
  /** Minutes after midnight on Berlin's clocks; above 1439 on the day after. */
  startMinute: number
  minutes: number
}

/** Which version of an event this is (RFC 5545 3.8.7.4), and since when it says what it says. */
export interface Revision {
  sequence: number
  changedAt: Date
}

export interface CalendarFacts {
  name: string
  description: string
  events: (CalendarEvent & Revision)[]
}

/** Clocks in Berlin since 1996: forward on the last Sunday of March at 2, back on the last one of October at 3. */
const timeZone = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'TZNAME:CEST',
  'DTSTART:19960331T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'TZNAME:CET',
  'DTSTART:19961027T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
]

/** How soon programs that follow this hint ask again: 6 hours. */
const REFRESH = 'PT6H'

/** The whole calendar file, lines ending in CRLF and folded. */
export function calendarText(facts: CalendarFacts): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Die Produktivitaets-Werkstatt//Wochenplan//DE',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escapeText(facts.name)}`,
    `X-WR-CALDESC:${escapeText(facts.description)}`,
    'X-WR-TIMEZONE:Europe/Berlin',
    `REFRESH-INTERVAL;VALUE=DURATION:${REFRESH}`,
    `X-PUBLISHED-TTL:${REFRESH}`,
    ...timeZone,
    ...facts.events.flatMap((event) => ['BEGIN:VEVENT', ...revisionLines(event), ...eventLines(event), 'END:VEVENT']),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${fold(line)}\r\n`).join('')
}

/**
 * DTSTAMP is the moment of the last change: with the time of each answer the same plan would give other bytes every
 * time, and no program could be told „unchanged“.
 */
const revisionLines = ({ sequence, changedAt }: Revision) => [
  `SEQUENCE:${sequence}`,
  `DTSTAMP:${instant(changedAt)}`,
  `LAST-MODIFIED:${instant(changedAt)}`,
]

/** „20261130T120000Z“; iCalendar knows whole seconds only. */
const instant = (at: Date) => `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

/**
 * What an event says, without its revision. With a duration instead of an end, which stays right across a clock change.
 */
export const eventLines = (event: CalendarEvent) => [
  `UID:${escapeText(event.uid)}`,
  `DTSTART;TZID=Europe/Berlin:${wallClock(event.day, event.startMinute)}`,
  `DURATION:PT${event.minutes}M`,
  `SUMMARY:${escapeText(event.summary)}`,
  `DESCRIPTION:${escapeText(event.description)}`,
  `URL:${event.url}`,
]

const compact = (day: Day) => day.replaceAll('-', '')
const two = (value: number) => String(value).padStart(2, '0')
const MINUTES_A_DAY = 1_440

function wallClock(day: Day, minute: number): string {
  const within = minute % MINUTES_A_DAY
  const date = addDays(day, Math.floor(minute / MINUTES_A_DAY))
  return `${compact(date)}T${two(Math.floor(within / 60))}${two(within % 60)}00`
}

/** Escapes a TEXT value (RFC 5545 3.3.11) and drops control characters, which a calendar may not hold. */
export const escapeText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll('\n', '\\n')

const FOLD_OCTETS = 75
const octets = (character: string) => {
  const point = character.codePointAt(0) ?? 0
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
}

/** Folds a line into pieces of at most 75 octets, the further ones beginning with a space; no character is cut. */
export function fold(line: string): string {
  let folded = ''
  let used = 0
  for (const character of line) {
    const size = octets(character)
    if (used + size > FOLD_OCTETS) {
      folded += '\r\n '
      used = 1
    }
    folded += character
    used += size
  }
  return folded
}
