/** Mail hosts people really have, most common in the German-speaking countries first. */
const hosts = [
  'gmail.com',
  'gmx.de',
  'web.de',
  'gmx.net',
  't-online.de',
  'outlook.de',
  'outlook.com',
  'hotmail.com',
  'hotmail.de',
  'yahoo.de',
  'yahoo.com',
  'icloud.com',
  'googlemail.com',
  'posteo.de',
  'mailbox.org',
  'freenet.de',
  'arcor.de',
  'aol.com',
  'live.de',
  'gmx.at',
  'gmx.ch',
  'bluewin.ch',
  'proton.me',
  'protonmail.com',
]

/** Edits between two short words where a swap of neighbours counts once (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1)
      const row = rows[i]
      if (row) row[j] = best
    }
  }
  return at(a.length, b.length)
}

/**
 * „anna@gmial.com“ → „anna@gmail.com“; null when the host is a known one or like none of them. Only a hint, never a
 * correction.
 */
export function suggestEmail(typed: string): string | null {
  const email = typed.trim()
  const cut = email.lastIndexOf('@')
  if (cut < 1) return null
  const host = email.slice(cut + 1).toLowerCase()
  if (host.length < 4 || hosts.includes(host)) return null
  const near =
    hosts.find((known) => editDistance(host, known) === 1) ??
    hosts.find((known) => known.length > 7 && editDistance(host, known) === 2)
  return near ? `${email.slice(0, cut)}@${near}` : null
}
