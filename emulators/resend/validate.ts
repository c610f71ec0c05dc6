import type { Message, Tag } from './types.ts'

/** An answer in Resend's error shape. */
export class ResendError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const maxRecipients = 50
const maxTag = 256
const addressShape = /^(?:[^<>\r\n]*<)?([^\s<>@"(),:;[\]]+@[^\s<>@"(),:;[\]]+\.[^\s<>@"(),:;[\]]+)>?$/
/** Senders of this domain are treated as not verified. */
const unverifiedDomain = 'unbestaetigt.test'

/** `Name <a@b.de>` → `a@b.de`; null when it is no address. */
export const addressOf = (text: string): string | null => {
  const match = addressShape.exec(text.trim())
  // Raw umlauts in an address are refused; a domain comes as punycode.
  const isPlain = match && text.includes('<') === text.trim().endsWith('>') && /^[\x21-\x7e]+$/.test(match[1] ?? '')
  return isPlain ? (match[1] ?? null) : null
}

const missing = (field: string) => new ResendError(422, 'missing_required_field', `Missing \`${field}\` field.`)
const badAddress = (field: string) =>
  new ResendError(
    422,
    field === 'from' ? 'invalid_from_address' : 'validation_error',
    `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`,
  )

function addresses(body: Record<string, unknown>, field: string): string[] {
  const value = body[field]
  if (value === undefined || value === null) return []
  const list = Array.isArray(value) ? value : [value]
  if (list.length > maxRecipients)
    throw new ResendError(422, 'validation_error', `The \`${field}\` field can have at most ${maxRecipients} items.`)
  for (const item of list) if (typeof item !== 'string' || !addressOf(item)) throw badAddress(field)
  return list as string[]
}

function text(body: Record<string, unknown>, field: string): string | null {
  const value = body[field]
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') throw new ResendError(422, 'invalid_parameter', `The \`${field}\` must be a string.`)
  return value
}

function tags(body: Record<string, unknown>): Tag[] {
  if (body.tags === undefined || body.tags === null) return []
  if (!Array.isArray(body.tags)) throw new ResendError(422, 'invalid_parameter', 'The `tags` must be an array.')
  return body.tags.map((tag: Partial<Tag>) => {
    for (const part of [tag?.name, tag?.value])
      if (typeof part !== 'string' || part.length > maxTag || !/^[A-Za-z0-9_-]+$/.test(part))
        throw new ResendError(
          422,
          'validation_error',
          'Tags should only contain ASCII letters, numbers, underscores, or dashes.',
        )
    return { name: tag.name as string, value: tag.value as string }
  })
}

function headers(body: Record<string, unknown>): Record<string, string> {
  const value = body.headers ?? {}
  if (typeof value !== 'object' || Array.isArray(value))
    throw new ResendError(422, 'invalid_parameter', 'The `headers` must be an object.')
  return Object.fromEntries(Object.entries(value as object).map(([name, content]) => [name, String(content)]))
}

const types: Record<string, string> = { pdf: 'application/pdf', txt: 'text/plain', ics: 'text/calendar' }

/** Files as base64. Resend would also fetch a `path`; nothing is fetched here. */
function attachments(body: Record<string, unknown>): Message['attachments'] {
  const list = body.attachments ?? []
  const bad = (why: string) => new ResendError(422, 'invalid_attachment', why)
  if (!Array.isArray(list)) throw bad('The `attachments` must be an array.')
  return list.map((file: { filename?: unknown; content?: unknown; content_type?: unknown; path?: unknown }) => {
    if (file?.path !== undefined) throw new ResendError(422, 'invalid_parameter', '`path` is not emulated.')
    if (typeof file?.filename !== 'string' || file.filename === '') throw bad('Attachment needs a `filename`.')
    if (typeof file.content !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(file.content))
      throw bad('Attachment must have `content` in base64.')
    const guessed = types[file.filename.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream'
    const contentType = typeof file.content_type === 'string' ? file.content_type : guessed
    return { filename: file.filename, contentType, content: file.content }
  })
}

/** Checks one message of `POST /emails` or of a batch. Throws `ResendError` with Resend's status and name. */
export function readMessage(input: unknown, batch: boolean): Message {
  if (!input || typeof input !== 'object' || Array.isArray(input))
    throw new ResendError(400, 'validation_error', 'The request body must be a JSON object.')
  const body = input as Record<string, unknown>
  for (const field of ['template', 'scheduled_at', 'topic_id', ...(batch ? ['attachments'] : [])])
    if (body[field] !== undefined && body[field] !== null)
      throw new ResendError(422, 'invalid_parameter', `\`${field}\` is ${batch ? 'not allowed here' : 'not emulated'}.`)
  const from = text(body, 'from')
  if (!from) throw missing('from')
  const sender = addressOf(from)
  if (!sender) throw badAddress('from')
  const domain = sender.slice(sender.lastIndexOf('@') + 1).toLowerCase()
  if (domain === unverifiedDomain)
    throw new ResendError(
      403,
      'validation_error',
      `The ${domain} domain is not verified. Please, add and verify your domain on https://resend.com/domains`,
    )
  const to = addresses(body, 'to')
  if (to.length === 0) throw missing('to')
  const subject = text(body, 'subject')
  if (!subject) throw missing('subject')
  const [html, plain] = [text(body, 'html'), text(body, 'text')]
  if (!html && plain === null) throw new ResendError(422, 'missing_required_field', 'Missing `html` or `text` field.')
  return {
    from,
    to,
    cc: addresses(body, 'cc'),
    bcc: addresses(body, 'bcc'),
    replyTo: addresses(body, 'reply_to'),
    subject,
    html,
    text: plain,
    headers: headers(body),
    tags: tags(body),
    attachments: attachments(body),
  }
}
