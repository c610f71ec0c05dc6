/** Keys whose value opens something: a secret, or an address that works for whoever holds it. */
const secretKey = /secret|token|password|authorization|cookie|^url$|_url$|^link$|^code$|fingerprint/i
const link = /https?:\/\/[^\s"'<>]+/gi
const HIDDEN = '(ausgeblendet)'

/**
 * A stored body as the operator may see it: pretty JSON without secrets and links. Names and addresses stay. Null when
 * the body is empty or no JSON, because secrets could not be found in it.
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
