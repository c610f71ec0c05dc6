import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RefusalShape } from './refusedPage.ts'

/** Methods that anything here answers. */
export const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** How long a client with too large a body may go on sending while our answer reaches it. */
const LINGER_MS = 2_000

/** What our server refuses before any handler sees it: status, code, sentence. */
const refusals = {
  method: [405, 'method_not_allowed', 'Diese Art von Anfrage gibt es hier nicht.'],
  size: [413, 'too_large', 'Das ist zu groß. Schick bitte weniger auf einmal.'],
  length: [414, 'invalid_input', 'Diese Adresse ist zu lang.'],
  address: [400, 'invalid_input', 'Diese Adresse ist nicht lesbar. Prüfe, ob sie vollständig ist.'],
  state: [400, 'invalid_input', 'Diese Anfrage ist nicht lesbar. Lade die Seite neu.'],
  host: [
    421,
    'invalid_input',
    'Diese Adresse gehört zu einer anderen Website. Prüfe sie und öffne die Werkstatt direkt.',
  ],
  nowhere: [404, 'not_found', 'Das gibt es hier nicht. Prüfe die Adresse oder geh zurück zur Übersicht.'],
} as const
export type RefusalKind = keyof typeof refusals

/** The refusal for a page; null for too large a body, which is still being sent, and for a foreign host. */
export function asPage(why: RefusalKind, requestId: string): (RefusalShape & { status: number }) | null {
  if (why === 'size' || why === 'host') return null
  const [status, code, message] = refusals[why]
  return { status, code, message, requestId }
}

/**
 * Answers in the error shape. The returned function closes the connection: at once, or for too large a body when the
 * client has sent everything (at most `LINGER_MS`), because closing earlier would lose our answer.
 */
export function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  why: RefusalKind,
  requestId: string,
  allow: Iterable<string> = methods,
): () => void {
  const [status, code, message] = refusals[why]
  if (response.headersSent) return () => request.destroy()
  const body = JSON.stringify({ error: { code, message, requestId } })
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...(status === 405 && { allow: [...allow].join(', ') }),
  })
  if (request.method !== 'HEAD') response.write(body)
  const close = () => void response.end()
  if (why === 'size') setTimeout(close, LINGER_MS).unref()
  return close
}
