import type { HttpBindings } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'

export interface LoggedRequest {
  at: number
  method: string
  path: string
  /** 0 = a fault left it without an answer. */
  status: number
  ms: number
  /** A remark of the handler, such as an id or a fault. */
  note?: string
}

export interface RequestLog {
  middleware: MiddlewareHandler<{ Bindings: HttpBindings }>
  /** Newest first. */
  latest(count: number): LoggedRequest[]
  clear(): void
}

const maxEntries = 1000

/** The last 1,000 calls, in memory only. A handler may leave a remark with `c.header('x-note', …)`; it is not sent. */
export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = []
  return {
    async middleware(c, next) {
      const at = Date.now()
      await next()
      const sent = c.res.headers.get('x-hono-already-sent') === null
      const note = c.res.headers.get('x-note') ?? undefined
      if (note) c.res.headers.delete('x-note')
      entries.push({
        at,
        method: c.req.method,
        path: c.req.path,
        status: sent ? c.res.status : 0,
        ms: Date.now() - at,
        note,
      })
      if (entries.length > 2 * maxEntries) entries = entries.slice(-maxEntries)
    },
    latest: (count) => entries.slice(-count).reverse(),
    clear() {
      entries = []
    },
  }
}
