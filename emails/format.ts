const monies = new Map<string, Intl.NumberFormat>()

/** German money for letters; the same input gives the same text on every machine. */
export function money(cents: number, currency: string): string {
  const code = currency.toUpperCase()
  const format = monies.get(code) ?? new Intl.NumberFormat('de-DE', { style: 'currency', currency: code })
  monies.set(code, format)
  return format.format(cents / 100)
}

/** „Hallo Max Muster,“ or „Hallo,“ */
export const greeting = (name: string | null | undefined) => (name ? `Hallo ${name},` : 'Hallo,')
