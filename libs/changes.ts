import pg from 'pg'
import type { Log } from '#ports'

/** The channel on which triggers of our tables tell that something changed that public pages show. */
const CHANNEL = 'page_changed'
const AGAIN_MS = 1_000
const LONGEST_MS = 15_000
const CONNECT_MS = 5_000

export interface Changes {
  /** Milliseconds without a connection; 0 while it stands. */
  deafFor(): number
  close(): Promise<void>
}

/**
 * Listens for changes (NOTIFY) on a connection of its own and opens it again when it breaks. `heard` is called for each
 * change and whenever the connection stands anew, because something may have been missed. `url` must not lead through a
 * pooler in transaction mode.
 */
export function listenForChanges({ url, log, heard }: { url: string; log: Log; heard(): void }): Changes {
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined
  let wait = AGAIN_MS
  let closed = false
  let deafSince: number | null = performance.now()

  async function connect(): Promise<void> {
    const mine = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: CONNECT_MS })
    client = mine
    const lost = () => {
      if (client !== mine) return
      client = null
      deafSince ??= performance.now()
      mine.end().catch(() => {})
      if (closed) return
      timer = setTimeout(() => void connect(), wait)
      timer.unref()
      wait = Math.min(wait * 2, LONGEST_MS)
    }
    mine.on('error', lost)
    mine.on('end', lost)
    mine.on('notification', heard)
    try {
      await mine.connect()
      await mine.query(`listen ${CHANNEL}`)
    } catch (error) {
      log.warn({ err: error }, 'nobody tells of changed pages; trying again')
      return lost()
    }
    deafSince = null
    wait = AGAIN_MS
    heard()
  }

  void connect()
  return {
    deafFor: () => (deafSince === null ? 0 : performance.now() - deafSince),
    close: async () => {
      closed = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}
