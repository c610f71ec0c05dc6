import { dayWords } from '#domain/calendar/germanWords.ts'
import type { ReleaseRule } from '#ports'

/** Release rules in German. A rule's date is wall-clock time in Berlin, so it is formatted without a time zone. */

/** „06:00“ → „6:00 Uhr“ */
const hour = (time: string) => `${time.replace(/^0(?=\d)/, '')} Uhr`

/** „sofort“, „am 1. Dezember 2026, 6:00 Uhr“, „7 Tage nach dem Kauf, 6:00 Uhr“ */
export function ruleWords(rule: ReleaseRule): string {
  if (rule.kind === 'now') return 'sofort'
  if (rule.kind === 'date') {
    const [date = '', time = ''] = rule.at.split('T')
    return `am ${dayWords(date)}, ${hour(time)}`
  }
  return `${daysAfter(rule.days)}, ${hour(rule.time)}`
}

/** 0 → „am Tag des Kaufs“ */
function daysAfter(days: number): string {
  if (days === 0) return 'am Tag des Kaufs'
  return days === 1 ? 'am Tag nach dem Kauf' : `${days} Tage nach dem Kauf`
}
