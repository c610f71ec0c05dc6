import fc from 'fast-check'
import ICAL from 'ical.js'
import { expect, test } from 'vitest'
import { type CalendarEvent, calendarText, escapeText, fold } from './iCalendar.ts'

const event = (more: Partial<CalendarEvent> = {}): CalendarEvent => ({
  uid: 'lektion-a.1@werkstatt.test',
  summary: 'Lektion 1: Anfang',
  description: 'Ziel\nhttps://werkstatt.test/lektionen/a',
  url: 'https://werkstatt.test/lektionen/a',
  day: '2026-11-30',
  startMinute: 450,
  minutes: 6,
  ...more,
})
const revision = { sequence: 3, changedAt: new Date('2026-11-26T09:08:07.654Z') }
const text = (...events: CalendarEvent[]) =>
  calendarText({
    ...{ name: 'Wochenplan', description: 'Mein Plan' },
    events: events.map((one) => ({ ...one, ...revision })),
  })

function read(calendar: string) {
  const root = new ICAL.Component(ICAL.parse(calendar))
  const zone = new ICAL.Timezone(root.getFirstSubcomponent('vtimezone')!)
  return root.getAllSubcomponents('vevent').map((one) => {
    const found = new ICAL.Event(one)
    found.startDate.zone = zone
    return {
      uid: found.uid,
      summary: found.summary,
      description: found.description,
      start: new Date(found.startDate.toUnixTime() * 1000).toISOString(),
      minutes: found.duration.toSeconds() / 60,
    }
  })
}

test('a library reads what was written, at the right instant in summer, in winter and on both days of the change', () => {
  const days = ['2026-07-01', '2026-12-01', '2027-03-28', '2026-10-25']
  const events = days.map((day, index) => event({ day, uid: `e${index}`, startMinute: 450 }))
  expect(read(text(...events)).map(({ start }) => start)).toEqual([
    '2026-07-01T05:30:00.000Z',
    '2026-12-01T06:30:00.000Z',
    '2027-03-28T05:30:00.000Z',
    '2026-10-25T06:30:00.000Z',
  ])
})

test('an event says which version it is, and when it became that', () => {
  const [one] = new ICAL.Component(ICAL.parse(text(event()))).getAllSubcomponents('vevent')
  expect(new ICAL.Event(one!).sequence).toBe(3)
  for (const name of ['last-modified', 'dtstamp'])
    expect(String(one!.getFirstPropertyValue(name))).toBe('2026-11-26T09:08:07Z')
})

test('what begins after midnight stands on the day after', () => {
  expect(read(text(event({ day: '2026-12-31', startMinute: 1_445 })))[0]?.start).toBe('2026-12-31T23:05:00.000Z')
})

test('lines end with CR and LF, hold 75 octets, and cut no character', () => {
  const long = text(event({ summary: 'Ümlaut 🔨 '.repeat(30), description: 'ß'.repeat(300) }))
  expect(long.endsWith('\r\n')).toBe(true)
  expect(long.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  for (const line of long.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  expect(long).not.toContain('\uFFFD')
  expect(long).not.toContain('VALARM')
})

test('any text comes back as it was, without control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (summary) => {
      const clean = summary.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '')
      expect(read(text(event({ summary })))[0]?.summary).toBe(clean)
    }),
  )
})

test('folding is undone by taking the folds out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (line) => {
      expect(fold(line).replaceAll('\r\n ', '')).toBe(line)
      for (const part of fold(line).split('\r\n')) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75)
    }),
  )
  expect(escapeText('a\\b;c,d\r\ne\0')).toBe('a\\\\b\\;c\\,d\\ne')
})
