const monies = new Map<string, Intl.NumberFormat>()

/** German money and time for letters; the same input gives the same text on every machine. */
export function money(cents: number, currency: string): string {
  const code = currency.toUpperCase()
  const format = monies.get(code) ?? new Intl.NumberFormat('de-DE', { style: 'currency', currency: code })
  monies.set(code, format)
  return format.format(cents / 100)
}

// Made once each: a formatter costs a third of a millisecond, and a letter needs several.
const berlin = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('de-DE', { timeZone: 'Europe/Berlin', ...options })
  return (iso: string) => format.format(new Date(iso))
}

/** „22. November 2026“ */
export const day = berlin({ day: 'numeric', month: 'long', year: 'numeric' })
/** „14:02“ */
export const clock = berlin({ hour: '2-digit', minute: '2-digit' })
export const clockWithSeconds = berlin({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
/** „22. November 2026, 14:02:09 Uhr“ */
export const moment = (iso: string) => `${day(iso)}, ${clockWithSeconds(iso)} Uhr`
const zone = new Intl.DateTimeFormat('de-DE', { timeZone: 'Europe/Berlin', timeZoneName: 'short' })
/** „22. November 2026, 14:02:09 Uhr (MEZ)“: unmistakable also in the doubled hour of October. */
export const exactMoment = (iso: string) => {
  const name = zone.formatToParts(new Date(iso)).find((part) => part.type === 'timeZoneName')?.value
  return `${moment(iso)} (${name})`
}

/** „Hallo Max Muster,“ or „Hallo,“ */
export const greeting = (name: string | null | undefined) => (name ? `Hallo ${name},` : 'Hallo,')
