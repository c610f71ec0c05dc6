import { dayWords } from '#domain/calendar/germanWords.ts'
import type { PersonRelease } from '#domain/learning/releases/release.ts'

/** What is different for one learner, in words; empty when nothing is. */
export function differences({ shiftDays, allOpen, pauses }: PersonRelease): string[] {
  return [
    ...(allOpen ? ['alles offen'] : []),
    ...(shiftDays === 0 ? [] : [shiftWords(shiftDays)]),
    ...pauses.map(({ from, to }) => `Pause ${dayWords(from)} bis ${dayWords(to)}`),
  ]
}

export function shiftWords(days: number): string {
  const count = Math.abs(days) === 1 ? 'einen Tag' : `${Math.abs(days)} Tage`
  return `${count} ${days > 0 ? 'später' : 'früher'}`
}
