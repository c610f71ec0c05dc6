/** Keys whose value opens something: a secret, or an address that works for whoever holds it. */
const secretKey = /secret|token|password|authorization|cookie|^url$|_url$|^link$|^code$|fingerprint/i
const link = /https?:\/\/[^\s"'<>]+/gi
const HIDDEN = '(ausgeblendet)'

/**
 * A stored body for the operator's eyes: pretty JSON, without anything that opens a door. Names and addresses stay.
 * null when the body is empty or no JSON: then nothing of it can be judged, so nothing is shown.
 */
export function readableBody(raw: Buffer | null): string | null {
  if (!raw || raw.length === 0) return null
  try {
    return JSON.stringify(JSON.parse(raw.toString('utf8')), blank, 2)
  } catch {
    return null
  }
}

function blank(key: string, value: unknown): unknown {
  if (value !== null && value !== '' && typeof value !== 'boolean' && secretKey.test(key)) return HIDDEN
  return typeof value === 'string' ? value.replace(link, HIDDEN) : value
}
