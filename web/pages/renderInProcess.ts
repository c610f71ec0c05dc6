import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { type Making, whileAnswering } from '#app/_http/pageStatus.ts'

export interface RenderedPage {
  status: number
  headers: IncomingMessage['headers']
  html: string
  /** False: a part of it could not be read just now, and it must not be kept. */
  whole: boolean
}

export type NextHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Long enough for a busy machine; whoever waits for the page gets it from Next itself then. */
const PATIENCE_MS = 10_000

/**
 * Lets Next render a page to be kept: without cookies, without a nonce, `forLearners` or for visitors. The request goes
 * over a connection that exists only in this process, so no stranger can send one like it. `siteUrl` is the origin that
 * Next sees. Slots that are the same for everybody are filled; those of learners stay empty.
 */
export function createRenderer(
  next: NextHandler,
  siteUrl: string,
): (url: string, forLearners: boolean) => Promise<RenderedPage> {
  const site = new URL(siteUrl)
  const makings = new WeakMap<object, Making>()
  const server = createServer((request, response) => {
    const making = makings.get(request.socket)
    void whileAnswering({ response, refused: null, ...(making && { making }) }, () => next(request, response)).catch(
      () => response.destroy(),
    )
  })
  const headers = {
    host: site.host,
    'x-forwarded-host': site.host,
    'x-forwarded-proto': site.protocol.slice(0, -1),
    'x-request-id': 'kept-page',
  }
  return (url, forLearners) =>
    new Promise((resolve, reject) => {
      const [ours, theirs] = socketPair()
      const making: Making = { forLearners, whole: true, slots: new Map() }
      makings.set(theirs, making)
      server.emit('connection', theirs)
      const asked = ask({ path: url, headers, createConnection: () => ours }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 500,
            headers: response.headers,
            html: withSlots(Buffer.concat(chunks).toString('utf8'), (id) => making.slots.get(id)),
            whole: making.whole,
          }),
        )
      })
      const timer = setTimeout(() => asked.destroy(new Error(`${url} was not rendered in time`)), PATIENCE_MS)
      asked.once('close', () => clearTimeout(timer))
      asked.once('error', reject)
      asked.end()
    })
}

/** Two ends of a connection; Node also sets timers and options on a socket, which mean nothing here. */
function socketPair(): [Socket, Socket] {
  const [one, other] = duplexPair()
  for (const end of [one, other]) {
    const itself = () => end
    Object.assign(end, { setTimeout: itself, setKeepAlive: itself, setNoDelay: itself, ref: itself, unref: itself })
  }
  return [one as Socket, other as Socket]
}

/** An empty slot as `SlotBox` draws it, or the place of a part as `OwnPart` does. */
const emptySlot = /<(\w+)((?: [\w-]+="[^"]*")*) data-slot="([^"]+)"((?: [\w-]+="[^"]*")*)><\/\1>/g

function withSlots(html: string, htmlOf: (id: string) => string | undefined): string {
  return html.replace(emptySlot, (whole, tag: string, before: string, id: string, after: string) => {
    const content = htmlOf(id)
    return content === undefined ? whole : `<${tag}${before} data-slot="${id}"${after}>${content}</${tag}>`
  })
}
