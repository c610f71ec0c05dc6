/** A refusal in Stripe's shape: `{ error: { type, code, message, param, … } }`. */
export class StripeRefusal extends Error {
  readonly status: number
  readonly type: string
  readonly code?: string
  readonly param?: string
  readonly extra: Record<string, unknown>

  constructor(
    status: number,
    message: string,
    more: { type?: string; code?: string; param?: string; extra?: Record<string, unknown> } = {},
  ) {
    super(message)
    this.status = status
    this.type = more.type ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
    this.code = more.code
    this.param = more.param
    this.extra = more.extra ?? {}
  }

  body(requestId: string): object {
    return {
      error: {
        ...(this.code
          ? { code: this.code, doc_url: `https://docs.stripe.com/error-codes/${this.code.replaceAll('_', '-')}` }
          : {}),
        message: this.message,
        ...(this.param ? { param: this.param } : {}),
        request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
        type: this.type,
        ...this.extra,
      },
    }
  }
}

export const refuse = (message: string, param?: string, code?: string) =>
  new StripeRefusal(400, message, { param, code })

export const missing = (kind: string, id: string, param = 'id', status = 404) =>
  new StripeRefusal(status, `No such ${kind}: '${id}'`, { code: 'resource_missing', param })
