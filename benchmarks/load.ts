import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'

export interface Shot {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface Load {
  /** Answers with a 2xx. */
  good: number
  /** Everything else: other statuses, cut connections, time-outs. */
  bad: number
  /** Kinds of bad answers (`429`, `ECONNRESET`, …), each with its count; empty if there were none. */
  why: string
  /** Good answers per second. */
  rate: number
  /** Milliseconds. */
  p50: number
  p99: number
}

/** The value below which the share `p` of the values lies; 0 for an empty list. */
export function percentile(values: number[], p: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0
}

export const median = (values: number[]) => percentile(values, 0.5)

const summary = (times: number[], refusals: string[], seconds: number): Load => ({
  good: times.length,
  bad: refusals.length,
  why: [...Map.groupBy(refusals, (word) => word)].map(([word, all]) => `${all.length} × ${word}`).join(', '),
  rate: times.length / seconds,
  p50: percentile(times, 0.5),
  p99: percentile(times, 0.99),
})

/** Closed loop: each connection sends its next request when the last was answered, as fast as the server can. */
export async function hammer(url: string, connections: number, seconds: number, next: () => Shot): Promise<Load> {
  const times: number[] = []
  const refusals: string[] = []
  const run = autocannon({
    url,
    connections,
    duration: seconds,
    timeout: 20,
    requests: [
      {
        setupRequest: (request) => {
          const { method = 'GET', path, headers, body } = next()
          return { ...request, method, path, headers, body }
        },
      },
    ],
  }).on('response', (_client, status, _bytes, milliseconds) => {
    if (status >= 200 && status < 300) times.push(milliseconds)
    else refusals.push(String(status))
  })
  const began = performance.now()
  const { errors } = await run
  refusals.push(...Array<string>(errors).fill('no answer'))
  return summary(times, refusals, (performance.now() - began) / 1000)
}

export interface Answer {
  status: number
  headers: http.IncomingHttpHeaders
  body: string
  /** Milliseconds from sending to the first byte of the answer's head. */
  firstByte: number
}

/** One request over a kept connection. Rejects when the connection breaks. */
export function send(
  agent: http.Agent,
  origin: string,
  { method = 'GET', path, headers, body }: Shot,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const request = http.request(new URL(path, origin), { agent, method, headers }, (response) => {
      const firstByte = performance.now() - began
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, firstByte })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

export const keptConnections = (most = Number.POSITIVE_INFINITY) =>
  new http.Agent({ keepAlive: true, maxSockets: most })

const TICK_MS = 10
const CONNECTIONS = 256

/**
 * Open loop: `perSecond` requests a second whatever the server does, each measured from the moment it was due. So a
 * pause of the server counts for all requests that would have come meanwhile.
 */
export async function steady(origin: string, perSecond: number, seconds: number, next: () => Shot): Promise<Load> {
  const agent = keptConnections(CONNECTIONS)
  const times: number[] = []
  const open: Promise<void>[] = []
  const refusals: string[] = []
  const total = perSecond * seconds
  const began = performance.now()
  for (let sent = 0; sent < total; ) {
    const due = began + (sent / perSecond) * 1000
    const wait = due - performance.now()
    if (wait > 0) await sleep(Math.max(wait, TICK_MS))
    const now = performance.now()
    while (sent < total && began + (sent / perSecond) * 1000 <= now) {
      const dueAt = began + (sent / perSecond) * 1000
      sent++
      open.push(
        send(agent, origin, next()).then(
          ({ status }) => {
            if (status >= 200 && status < 300) times.push(performance.now() - dueAt)
            else refusals.push(String(status))
          },
          (error: NodeJS.ErrnoException) => {
            refusals.push(error.code ?? 'no answer')
          },
        ),
      )
    }
  }
  await Promise.all(open)
  const took = (performance.now() - began) / 1000
  agent.destroy()
  return summary(times, refusals, took)
}

/** Runs all jobs, at most `most` at a time. */
export async function inParallel<T>(items: T[], most: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values()
  await Promise.all(
    Array.from({ length: most }, async () => {
      for (const item of queue) await work(item)
    }),
  )
}
