import { createHmac, timingSafeEqual } from 'node:crypto'
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import { Resend, type Response as SdkAnswer } from 'resend'
import type { Config } from '#config'
import { AppError, isAppError, isOutsideError, OutsideError } from '#errors'
import { travelling } from '#libs/mailAddress.ts'
import { storable } from '#libs/storable.ts'
import type { Log, MailEvent, Mailer } from '#ports'

/** A letter that Resend has not answered by then is ambiguous: it may be on its way. Milliseconds. */
const SEND_TIMEOUT_MS = 10_000
/** After so many failures in a row Resend is not asked for a while. */
const BREAKER_FAILURES = 5
const BREAKER_OPEN_MS = 10_000
/** The SDK's own tolerance for times of deliveries. */
const TOLERANCE_SECONDS = 300
/** The longest wait for the rate window, in milliseconds; beyond it the job is tried again later. */
const PACE_MAX_WAIT_MS = 2_000

/** Errors of connections that never carried our bytes: Resend certainly does not have the letter. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

/**
 * The SDK reports a refused and a cut connection alike, but that difference decides whether a letter may be on its way.
 * So the SDK makes the request, we send it, and name the cause of a failure.
 */
class NamedFailures extends Resend {
  override async fetchRequest<T>(path: string, options: RequestInit = {}): Promise<SdkAnswer<T>> {
    let response: Response
    try {
      response = await fetch(`${this.baseUrl}${path}`, { ...options, signal: AbortSignal.timeout(SEND_TIMEOUT_MS) })
    } catch (error) {
      throw networkFailure(error)
    }
    const body = await response.json().catch((error: unknown) => {
      if (response.ok || response.status >= 500) throw brokenAnswer(response.status, error)
      return { name: 'application_error', message: '', statusCode: response.status }
    })
    return asSdkAnswer<T>(response, storable(body))
  }
}

function asSdkAnswer<T>(response: Response, body: unknown): SdkAnswer<T> {
  const headers = Object.fromEntries(response.headers)
  if (response.ok) return { data: body as T, error: null, headers }
  const { name, message } = body as { name?: string; message?: string }
  const error = { name: String(name) as 'application_error', message: String(message), statusCode: response.status }
  return { data: null, error, headers }
}

function networkFailure(error: unknown): OutsideError {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new OutsideError('resend', 'timeout', `no answer in ${SEND_TIMEOUT_MS} ms`, { cause: error })
  const { code, errors } = ((error as Error).cause ?? {}) as { code?: string; errors?: { code?: string }[] }
  const codes = errors?.map((one) => one.code ?? '') ?? [code ?? '']
  if (codes.every((one) => neverSent.has(one)))
    return new OutsideError('resend', 'refused', codes[0] ?? 'refused', { cause: error })
  return new OutsideError('resend', 'bad_answer', `connection cut (${codes[0] || 'unknown'})`, { cause: error })
}

/** After a cut or unreadable body of a 2xx or 5xx we do not know whether Resend has the letter. */
const brokenAnswer = (status: number, cause: unknown) =>
  new OutsideError('resend', 'bad_answer', `${status} with an unreadable body`, { cause })

/** Resend's messages may quote an address, and our errors reach the logs. */
const withoutAddress = (text: string) => text.replace(/\S+@\S+/g, '…').slice(0, 200)

/** Names Resend's refusal. Null: the same key was used with other bytes before, so Resend has this letter. */
function refusal(
  error: { name: string; message: string; statusCode: number | null },
  retryAfter: number | undefined,
): OutsideError | null {
  const status = error.statusCode ?? 0
  const message = `${status} ${error.name}: ${withoutAddress(error.message)}`
  if (error.name === 'invalid_idempotent_request') return null
  if (error.name === 'concurrent_idempotent_requests')
    return new OutsideError('resend', 'rate_limited', message, { ambiguous: true, retryAfter: retryAfter ?? 5 })
  if (/_quota_exceeded$/.test(error.name)) return new OutsideError('resend', 'quota', message)
  if (status === 429) return new OutsideError('resend', 'rate_limited', message, { retryAfter: retryAfter ?? 1 })
  if (status === 503) return new OutsideError('resend', 'refused', message, { retryAfter })
  if (status >= 500 || status === 0) return new OutsideError('resend', 'bad_answer', message, { retryAfter })
  return new OutsideError('resend', 'rejected', message)
}

/** Waits for the window that Resend's headers announce; the limit is per team and has changed often. */
function createPace() {
  let notBefore = 0
  const seconds = (text: string | undefined) => (text && Number.isFinite(Number(text)) ? Number(text) : undefined)
  return {
    async wait(): Promise<void> {
      const ms = notBefore - Date.now()
      if (ms > PACE_MAX_WAIT_MS)
        throw new OutsideError('resend', 'rate_limited', 'their window is full', { retryAfter: Math.ceil(ms / 1000) })
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
    },
    /** Answers the seconds that Resend asked us to wait, if it did. */
    learn(headers: Record<string, string> | null): number | undefined {
      const asked = seconds(headers?.['retry-after'])
      const reset = headers?.['ratelimit-remaining'] === '0' ? seconds(headers['ratelimit-reset']) : undefined
      const pause = asked ?? reset
      if (pause !== undefined) notBefore = Math.max(notBefore, Date.now() + pause * 1000)
      return asked
    },
  }
}

/**
 * Resend behind the port. `sendEmail` makes one attempt (the job repeats it) within 10 s; a breaker opens after
 * five failures in a row, and Resend's rate headers set the pace. Throws `OutsideError('resend', …)`.
 */
export function createMailer(config: Config['resend'], log: Log): Mailer {
  const client = new NamedFailures(config.apiKey, config.baseUrl ? { baseUrl: config.baseUrl } : {})
  const pace = createPace()
  const isOutage = (error: unknown) =>
    isOutsideError(error) && ['timeout', 'refused', 'bad_answer'].includes(error.failure)
  const breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: BREAKER_OPEN_MS,
    breaker: new ConsecutiveBreaker(BREAKER_FAILURES),
  })
  breaker.onBreak(() => log.warn({ service: 'resend' }, 'circuit open'))

  const sendEmail: Mailer['sendEmail'] = async (letter) => {
    const { idempotencyKey, tags, from, to, replyTo, attachments, headers: own, ...message } = letter
    await pace.wait()
    const entries = Object.entries(tags).map(([name, value]) => ({ name, value }))
    const { data, error, headers } = await client.emails.send(
      {
        ...message,
        from: travelling(from),
        to: travelling(to),
        tags: entries,
        ...(replyTo ? { replyTo: travelling(replyTo) } : {}),
        ...(attachments?.length ? { attachments } : {}),
        ...(own ? { headers: own } : {}),
      },
      { idempotencyKey },
    )
    const asked = pace.learn(headers)
    if (error) {
      const named = refusal(error, asked)
      if (named) throw named
      return { providerId: null }
    }
    if (typeof data?.id !== 'string') throw brokenAnswer(200, 'no id')
    return { providerId: data.id }
  }

  /** Not through the breaker: whether Resend answers this says nothing about sending. */
  const lastEvent: Mailer['lastEvent'] = async (providerId) => {
    await pace.wait()
    const { data, error, headers } = await client.emails.get(providerId)
    const named = error && refusal(error, pace.learn(headers))
    if (error?.statusCode === 404) return null
    if (named) throw named
    if (!data?.last_event) throw brokenAnswer(200, 'no last_event')
    // An opened letter was delivered; with tracking on, such an event may be the last one.
    return `email.${['opened', 'clicked'].includes(data.last_event) ? 'delivered' : data.last_event}`
  }

  return {
    lastEvent,
    async sendEmail(message) {
      try {
        return await breaker.execute(() => sendEmail(message))
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error
        throw new OutsideError('resend', 'circuit_open', 'circuit open', { ambiguous: false, retryAfter: 10 })
      }
    },
    readEvent: (raw, headers) => readEvent(client, config, raw, headers),
    parseEvent: toMailEvent,
  }
}

/**
 * Without a secret every delivery is refused; while it is being changed the previous one counts too. The SDK checks the
 * time, five minutes both ways, before the signature: a true signature of another time is `signature_time`.
 */
function readEvent(
  client: Resend,
  { webhookSecret, webhookSecretPrevious }: Pick<Config['resend'], 'webhookSecret' | 'webhookSecretPrevious'>,
  raw: Buffer,
  headers: { get(name: string): string | null },
): MailEvent {
  const [id, timestamp, signature] = ['svix-id', 'svix-timestamp', 'svix-signature'].map((name) => headers.get(name))
  if (!webhookSecret || !id || !timestamp || !signature) throw new AppError('signature_invalid', 'resend webhook')
  const payload = raw.toString('utf8')
  let refused: unknown
  for (const secret of [webhookSecret, webhookSecretPrevious]) {
    if (!secret) continue
    try {
      client.webhooks.verify({ payload, headers: { id, timestamp, signature }, webhookSecret: secret })
      return toMailEvent(id, raw)
    } catch (cause) {
      if (isAppError(cause)) throw cause
      refused = cause
      const secondsOff = Math.round(Number(timestamp) - Date.now() / 1000)
      if (Math.abs(secondsOff) > TOLERANCE_SECONDS && isTrue({ id, timestamp, signature, payload }, secret))
        throw new AppError('signature_time', `signed ${secondsOff} s away from ours`, { facts: { secondsOff }, cause })
    }
  }
  throw new AppError('signature_invalid', 'resend webhook', { cause: refused })
}

/** The signature alone, whatever its time says (docs.svix.com/receiving/verifying-payloads/how-manual). */
function isTrue(
  { id, timestamp, signature, payload }: { id: string; timestamp: string; signature: string; payload: string },
  secret: string,
): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const right = createHmac('sha256', key).update(`${id}.${timestamp}.${payload}`).digest()
  return signature.split(' ').some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ''), 'base64')
    return one.startsWith('v1,') && given.length === right.length && timingSafeEqual(given, right)
  })
}

/** Request tags are an array, webhook tags an object. Unknown types and missing fields are no errors. */
function toMailEvent(id: string, raw: Buffer): MailEvent {
  let event: { type?: unknown; created_at?: unknown; data?: Record<string, unknown> }
  try {
    event = storable(JSON.parse(raw.toString('utf8')))
  } catch (cause) {
    throw new AppError('payload_unusable', 'resend webhook', { cause })
  }
  const data = event?.data ?? {}
  if (typeof event?.type !== 'string') throw new AppError('payload_unusable', 'resend webhook without type')
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  const { type, subType, reason } = (data.bounce ?? data.suppressed ?? data.failed ?? {}) as Record<string, unknown>
  const at = new Date(text(event.created_at) ?? '')
  return {
    id,
    type: event.type,
    providerId: text(data.email_id),
    letterId: text((data.tags as Record<string, unknown> | undefined)?.letter_id),
    at: Number.isNaN(at.getTime()) ? new Date(0) : at,
    detail: [type, subType, reason].filter((part) => typeof part === 'string').join('/') || null,
  }
}
