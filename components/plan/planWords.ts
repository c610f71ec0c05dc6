import { daysBetween } from '#domain/calendar/berlinDays.ts'
import { weekdayWords } from '#domain/calendar/germanWords.ts'

/** A plan's days („2026-11-30“), weeks and lessons as a German page says them. */

/** „heute“, „morgen“, „am Freitag, 5. März“ */
export function onDay(day: string, today: string): string {
  const ahead = daysBetween(today, day)
  return ahead === 0 ? 'heute' : ahead === 1 ? 'morgen' : `am ${weekdayWords(day, today)}`
}

/** „Diese Woche“, „Nächste Woche“, „Woche ab 14. Dezember“ */
export function weekName(monday: string, today: string): string {
  const ahead = daysBetween(today, monday)
  if (ahead <= 0) return 'Diese Woche'
  if (ahead <= 7) return 'Nächste Woche'
  return `Woche ab ${weekdayWords(monday, today).replace(/^\p{L}+, /u, '')}`
}

/** „Lektion 14“, „Lektionen 14 und 15“, „Lektionen 14 bis 16“ */
export function lessonNames(numbers: number[]): string {
  if (numbers.length === 1) return `Lektion ${numbers[0]}`
  const inRow = numbers.every((number, index) => index === 0 || number === numbers[index - 1]! + 1)
  if (inRow && numbers.length > 2) return `Lektionen ${numbers[0]} bis ${numbers.at(-1)}`
  return `Lektionen ${numbers.slice(0, -1).join(', ')} und ${numbers.at(-1)}`
}

export const weekdayLabels = [
  { value: 1, short: 'Mo', name: 'Montag' },
  { value: 2, short: 'Di', name: 'Dienstag' },
  { value: 3, short: 'Mi', name: 'Mittwoch' },
  { value: 4, short: 'Do', name: 'Donnerstag' },
  { value: 5, short: 'Fr', name: 'Freitag' },
  { value: 6, short: 'Sa', name: 'Samstag' },
  { value: 7, short: 'So', name: 'Sonntag' },
]

/** [1, 2, 3, 4, 5] → „Mo–Fr“, [1, 3] → „Mo, Mi“ */
export function weekdayNames(weekdays: number[]): string {
  const short = (value: number) => weekdayLabels[value - 1]?.short ?? ''
  const inRow = weekdays.every((value, index) => index === 0 || value === weekdays[index - 1]! + 1)
  if (weekdays.length === 7) return 'jeden Tag'
  if (inRow && weekdays.length > 2) return `${short(weekdays[0]!)}–${short(weekdays.at(-1)!)}`
  return weekdays.map(short).join(', ')
}

/** 1.25 → „1,25-fach“ */
export const speedName = (rate: number) => `${new Intl.NumberFormat('de-DE').format(rate)}-fach`
