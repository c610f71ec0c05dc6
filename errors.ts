/**
 * The closed list of everything the domain may refuse, with the one HTTP status each code answers.
 * `app/_http/respond.ts` adds the German sentence; nothing else turns a code into an answer.
 */
export const errorStatus = {
  invalid_input: 400,
  signature_invalid: 400,
  signature_time: 400,
  payload_unusable: 400,
  code_wrong: 400,
  link_unusable: 400,
  unauthenticated: 401,
  forbidden: 403,
  foreign_origin: 403,
  unproven_session: 403,
  no_grant: 403,
  grant_revoked: 403,
  not_released: 403,
  not_found: 404,
  method_not_allowed: 405,
  already_owner: 409,
  price_changed: 409,
  conflict: 409,
  address_taken: 409,
  address_locked: 409,
  notebook_full: 409,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  paper_under_way: 429,
  internal: 500,
  paper_failed: 500,
  payments_unavailable: 503,
  mail_unavailable: 503,
  videos_unavailable: 503,
  database_unavailable: 503,
  paper_busy: 503,
} as const

export type ErrorCode = keyof typeof errorStatus

export interface ErrorDetails {
  /** Field name → German sentence, for a form to show beside its input. */
  fields?: Record<string, string>
  /** Seconds until another try makes sense; becomes `Retry-After`. */
  retryAfter?: number
  /** Facts the caller may show: a release date, a new price in cents. Never a secret or an address. */
  facts?: Record<string, string | number | boolean | null>
  cause?: unknown
}

/** A refusal that clients may know of: its code decides status and sentence, its message is for the log only. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string = code, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.details = details
  }
}

/**
 * By name, not by class: the production build gives each route its own copy of this module, the platform has another.
 */
export const isAppError = (error: unknown): error is AppError => error instanceof Error && error.name === 'AppError'

/** PostgreSQL did not answer, or takes nothing: what a caller can do without it, it does. */
export const isDatabaseAway = (error: unknown): boolean => isAppError(error) && error.code === 'database_unavailable'

/**
 * A failure of something outside (Stripe, Resend, Bunny, PostgreSQL), named at the edge.
 * `ambiguous` means the other side may have done it: repeat only under the same idempotency key.
 */
export type OutsideFailure =
  | 'timeout'
  | 'refused'
  | 'rate_limited'
  | 'quota'
  | 'bad_answer'
  | 'rejected'
  | 'not_found'
  | 'circuit_open'

export class OutsideError extends Error {
  readonly service: 'stripe' | 'resend' | 'bunny' | 'postgres'
  readonly failure: OutsideFailure
  readonly retryable: boolean
  readonly ambiguous: boolean
  /** Seconds the other side asked us to wait. */
  readonly retryAfter?: number

  constructor(
    service: OutsideError['service'],
    failure: OutsideFailure,
    message: string,
    more: { retryable?: boolean; ambiguous?: boolean; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause })
    this.name = 'OutsideError'
    this.service = service
    this.failure = failure
    this.retryable = more.retryable ?? !['rejected', 'not_found', 'quota'].includes(failure)
    this.ambiguous = more.ambiguous ?? (failure === 'timeout' || failure === 'bad_answer')
    this.retryAfter = more.retryAfter
  }
}

export const isOutsideError = (error: unknown): error is OutsideError =>
  error instanceof Error && error.name === 'OutsideError'

/**
 * Throws for our own bugs: states that are impossible unless this code is wrong. Never for input or outside failures.
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`)
}
