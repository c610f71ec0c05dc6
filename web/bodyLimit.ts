import type { IncomingMessage } from 'node:http'
import { bodyLimits } from '#app/_http/request.ts'

/** Bytes that a body sent to this path may have. */
export const bodyLimit = (path: string) => (path.startsWith('/api/webhook/') ? bodyLimits.webhook : bodyLimits.json)

/**
 * Counts a body while it arrives and calls `tooLarge` once when it passes the limit; the function which that returns is
 * called when the client has sent everything. Answers false if the announced length is already too much. Counting at
 * the parser's `push` leaves the stream to its one reader. Bytes after the limit are read and dropped, because closing
 * on a client that is still sending would reset the connection and lose our answer.
 */
export function limitBody(request: IncomingMessage, limit: number, tooLarge: () => () => void): boolean {
  if (Number(request.headers['content-length'] ?? 0) > limit) return false
  if (request.headers['transfer-encoding'] === undefined) return true
  const push = request.push.bind(request)
  let received = 0
  let allSent = () => {}
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (received > limit) {
      if (chunk === null) allSent()
      return true
    }
    received += chunk?.length ?? 0
    if (received <= limit) return push(chunk, encoding)
    allSent = tooLarge()
    return true
  }
  return true
}
