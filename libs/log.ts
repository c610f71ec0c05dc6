import pino from 'pino'
import type { Log } from '#ports'
import { outputOf } from './output.ts'

/** Keys whose values must never reach a log line, however deep in the facts (I6). */
const redacted = ['email', 'to', 'name', 'token', 'code', 'cookie', 'authorization', 'password', 'secret', 'jwt', 'url']

/** Query values that say nothing about anybody: codes of errors, pages and states of a list. */
const harmless = new Set(['fehler', 'stand', 'zustand', 'art', 'quelle', 'seite', 'page', 'perPage', 'before', '_rsc'])

/**
 * The addresses of calendar feeds and certificates are secret: their last part is cut, and that of any other `.ics`
 * address.
 */
const feedAddress =
  /(\/(?:feed|bestaetigung|certificate)\/)[^/?#&\s]+|[^/?#&=\s]+(?:\.|%2e)(?:i|%69)(?:c|%63)(?:s|%73)(?![\w.%-])/gi

/**
 * A path or URL fit for a log: names of query parameters without their values (tokens, session ids, and the address or
 * name somebody looked for), except a few that are known to be harmless.
 */
export const withoutSecrets = (path: string) =>
  path
    .replace(feedAddress, '$1…')
    .replace(/([?&])([^=&#\s]*)=([^&#\s]*)/g, (whole, mark: string, name: string, value: string) =>
      harmless.has(name) && /^[\w.-]*$/.test(value) ? whole : `${mark}${/^\w+$/.test(name) ? name : ''}=…`,
    )

/** The same log with facts that every line carries; a line's own facts win. */
export const withFacts = (log: Log, facts: Record<string, unknown>): Log => ({
  info: (more, message) => log.info({ ...facts, ...more }, message),
  warn: (more, message) => log.warn({ ...facts, ...more }, message),
  error: (more, message) => log.error({ ...facts, ...more }, message),
})

/** An address as /24 (IPv4) or /48 (IPv6), the most a log may know of it. */
export function maskIp(ip: string): string {
  const four = ip.replace(/^::ffff:/, '')
  if (/^\d+\.\d+\.\d+\.\d+$/.test(four)) return `${four.split('.').slice(0, 3).join('.')}.0/24`
  const [head = ''] = ip.split('::')
  return `${head.split(':').slice(0, 3).join(':')}::/48`
}

/** Removes addresses, which Stripe's error messages quote, and the values of a failed query. */
export const withoutValues = (text: string) =>
  text.replace(/\nparams: [\s\S]*$/, '').replace(/[^\s<>"'@]+@[^\s<>"'@]+/g, '…')

/** The job queue spreads its errors into plain objects: no `Error` any more, and still with a message. */
const looksLikeError = (error: unknown): error is Error =>
  error instanceof Error || typeof (error as { message?: unknown } | null)?.message === 'string'

export const serializeError = (error: unknown) => {
  if (!looksLikeError(error)) return { message: withoutValues(String(error)) }
  const { code, cause } = error as { code?: string; cause?: unknown }
  return {
    type: error.name,
    // Not `code`: that word is redacted, because login codes bear it.
    errorCode: code,
    message: withoutValues(error.message),
    // Frames only: a message of several lines stands in front of them.
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 5)
      .join('\n'),
    cause: cause instanceof Error ? withoutValues(`${cause.name}: ${cause.message}`) : undefined,
  }
}

/**
 * Structured lines on stdout; every line carries its part (`web`, `worker`, `cli`), most a `requestId`, and those of an
 * order what `always` says of the moment: its `trace_id`.
 */
export function createLog(part: string, level = 'info', always: () => object = () => ({})): Log {
  const options = {
    level,
    mixin: always,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: serializeError, error: serializeError },
    redact: { paths: redacted.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
  }
  // Pino's own output is synchronous: on a full disk it throws, and with a slow pipe it blocks.
  return pino(options, { write: (line) => outputOf(1).write(line) })
}
