import { createHash } from 'node:crypto'
import pg from 'pg'

/** Uses after which a text is worth a plan of its own on the server. */
const HOT = 10
/** Texts that are counted at all, and how many of them get a name: each costs memory in every connection's server. */
const KNOWN_MOST = 1_000
const NAMED_MOST = 120

/**
 * A hash of the text: behind a pooler many processes share a server, and a counted name might mean another process's
 * statement. With a hash it can only be the same statement.
 */
const nameFor = (text: string) => `w_${createHash('sha256').update(text).digest('base64url').slice(0, 32)}`

/** Counts the uses of each text and answers its name once it is used often. One register per pool. */
export function createNames(): (text: string) => string | undefined {
  const uses = new Map<string, number>()
  const names = new Map<string, string>()
  return (text) => {
    const name = names.get(text)
    if (name || names.size >= NAMED_MOST) return name
    const count = (uses.get(text) ?? 0) + 1
    if (count < HOT) {
      // Texts that occur once (lists of differing length) must not fill the register for ever.
      if (uses.size >= KNOWN_MOST) uses.clear()
      uses.set(text, count)
      return undefined
    }
    uses.delete(text)
    names.set(text, nameFor(text))
    return names.get(text)
  }
}

/**
 * A client that lets PostgreSQL keep the parsed and planned form of statements we use all the time: otherwise it parses
 * every text anew, and pg-boss's insert alone has 3,400 characters (docs/benchmarks.md). Only the statements' names are
 * new.
 */
export function clientWithNames(): typeof pg.Client {
  const nameOf = createNames()
  return class extends pg.Client {
    // biome-ignore lint/suspicious/noExplicitAny: pg overloads this with callbacks and streams, which pass through
    override query(...args: any[]): any {
      const [config, values] = args
      const isPlain =
        typeof config?.text === 'string' && config.name === undefined && typeof config.submit !== 'function'
      const bound = Array.isArray(values) ? values : config?.values
      const name = isPlain && Array.isArray(bound) && bound.length > 0 ? nameOf(config.text) : undefined
      // biome-ignore lint/suspicious/noExplicitAny: as above
      return (super.query as any)(name ? { ...config, name } : config, ...args.slice(1))
    }
  }
}
