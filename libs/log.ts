import pino from 'pino'
import type { Log } from '#ports'

/** What must never reach a log line, wherever it hides in the facts (I6). */
const redacted = ['email', 'to', 'name', 'token', 'code', 'cookie', 'authorization', 'password', 'secret', 'jwt', 'url']

/** Query values that carry a secret; the path itself may be logged. */
const secretParams = /([?&](?:token|code|session_id|nonce|t)=)[^&#\s]*/g

/** Cuts tokens and session ids out of a path or URL. */
export const withoutSecrets = (path: string) => path.replace(secretParams, '$1…')

/** An address as /24 (IPv4) or /48 (IPv6), the most a log may know of it. */
export function maskIp(ip: string): string {
  const four = ip.replace(/^::ffff:/, '')
  if (/^\d+\.\d+\.\d+\.\d+$/.test(four)) return `${four.split('.').slice(0, 3).join('.')}.0/24`
  return `${ip.split(':').slice(0, 3).join(':')}::/48`
}

const serializeError = (error: unknown) => {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, cause } = error as { code?: string; cause?: unknown }
  return {
    type: error.name,
    code,
    message: error.message,
    stack: error.stack?.split('\n').slice(1, 6).join('\n'),
    cause: cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined,
  }
}

/** Structured lines on stdout; every line carries its part (`web`, `worker`, `cli`) and most a `requestId`. */
export function createLog(part: string, level = 'info'): Log {
  return pino({
    level,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: serializeError, error: serializeError },
    redact: { paths: redacted.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
  })
}
