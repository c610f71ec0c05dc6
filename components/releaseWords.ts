import type { ReleaseRule } from '#ports'

/** Release rules in German. A rule's date is a wall clock in Berlin, no instant: it is read without any zone. */
const day = new Intl.DateTimeFormat('de-DE', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' })

/** „06:00“ → „6:00 Uhr“ */
const hour = (time: string) => `${time.replace(/^0(?=\d)/, '')} Uhr`

/** „2026-12-01“ → „1. Dezember 2026“; what is no day stays as it is. */
export function dayWords(text: string): string {
  const at = new Date(`${text}T12:00:00Z`)
  return Number.isNaN(at.getTime()) ? text : day.format(at)
}

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
