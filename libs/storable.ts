/** NUL, which PostgreSQL holds in no text, and halves of characters, which it refuses in `jsonb`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not pass
const nul = /\u0000/g

/**
 * What a foreign service answered, as our rows can hold it: NUL and lone surrogates become U+FFFD in every text,
 * however deep. Replaced, not dropped: an address or an id with a hole must not turn into somebody else's. Other values
 * stay the same.
 */
export function storable<T>(value: T): T {
  return clean(value) as T
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(nul, '\ufffd').toWellFormed()
  if (Array.isArray(value)) return value.map(clean)
  if (value === null || typeof value !== 'object' || !isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [clean(key), clean(one)]))
}

/** Dates, bytes and the like hold no text. */
const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value))
