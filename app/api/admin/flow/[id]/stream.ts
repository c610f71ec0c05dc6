import { AppError } from '#errors'

/** How often the rows are read while somebody watches. Milliseconds. */
const LOOK_EVERY_MS = 500
/** A comment keeps proxies from closing a silent stream. */
const PING_EVERY_MS = 15_000
/** After this time the stream ends; the browser connects again, and its session is checked again. */
const LIFE_MS = 120_000
/** Most streams per process; further watchers ask every two seconds instead. */
const STREAMS_MOST = 12

const shared = globalThis as { werkstattStreams?: Set<() => void> }

/** Functions that end the open streams. On `globalThis`, because Next gives each route its own copy of a module. */
function openStreams(): Set<() => void> {
  if (!shared.werkstattStreams) {
    const all = new Set<() => void>()
    shared.werkstattStreams = all
    // An open stream would delay the process's stop until it is cut.
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        for (const end of all) end()
      })
  }
  return shared.werkstattStreams
}

/**
 * Server-sent events: `look`'s answer at once and whenever it differs. Ends when the browser goes away, after two
 * minutes, with the process, or when there is nothing to see any more. Throws `rate_limited` beyond twelve streams.
 */
export function openStream(look: () => Promise<unknown>, gone: AbortSignal): Response {
  const streams = openStreams()
  if (streams.size >= STREAMS_MOST) throw new AppError('rate_limited', 'too many streams', { retryAfter: 30 })
  const text = new TextEncoder()
  let end = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const began = Date.now()
      let last = ''
      let timer: NodeJS.Timeout | undefined
      let spokeAt = began
      end = () => {
        clearTimeout(timer)
        if (!streams.delete(end)) return
        try {
          controller.close()
        } catch {
          // The browser has closed the stream already.
        }
      }
      const say = (line: string) => {
        spokeAt = Date.now()
        controller.enqueue(text.encode(line))
      }
      const turn = async () => {
        const seen = await look().catch(() => undefined)
        if (!streams.has(end)) return
        if (seen === null || Date.now() - began > LIFE_MS) return end()
        const now = seen === undefined ? last : JSON.stringify(seen)
        if (now !== last) say(`data: ${now}\n\n`)
        else if (Date.now() - spokeAt > PING_EVERY_MS) say(': still here\n\n')
        last = now
        timer = setTimeout(() => void turn(), LOOK_EVERY_MS)
      }
      streams.add(end)
      say('retry: 1000\n\n')
      void turn()
    },
    cancel: () => end(),
  })
  gone.addEventListener('abort', () => end(), { once: true })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // `no-transform`: compression would hold the events back.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}
