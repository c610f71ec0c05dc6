import type { Deliverer } from '../kit/delivery.ts'
import type { Faults } from '../kit/faults.ts'
import type { Store, Table } from '../kit/store.ts'

export interface ResendConfig {
  /** 0 = let the system choose. */
  port: number
  /** The only key that is accepted. */
  apiKey: string
  /** `whsec_` and base64, as svix writes it. */
  webhookSecret: string
  /** Absent or null: no webhooks. */
  webhookUrl?: string | null
  /** Requests per second; absent: a limit that nobody reaches. */
  rateLimit?: number
}

/** Resend's `last_event`, as far as it occurs here. */
export type MailState =
  | 'queued'
  | 'sent'
  | 'delivered'
  | 'delivery_delayed'
  | 'bounced'
  | 'complained'
  | 'failed'
  | 'suppressed'

export interface Tag {
  name: string
  value: string
}

/** A file of a mail; `id` is where its bytes are found again. */
export interface MailFile {
  id: string
  filename: string
  contentType: string
  bytes: number
}

/** The bytes, base64, in a table of their own: the same file of a thousand mails is kept once. */
export interface FileRow {
  /** SHA-256 of the content. */
  id: string
  content: string
  /** When this mail's body is forgotten, so is the file. */
  newestMail: string
}

/** A message as the API was asked to send it, with our names and Resend's values. */
export interface Message {
  from: string
  to: string[]
  cc: string[]
  bcc: string[]
  replyTo: string[]
  subject: string
  html: string | null
  text: string | null
  headers: Record<string, string>
  tags: Tag[]
  attachments: { filename: string; contentType: string; content: string }[]
}

/**
 * The large part of a mail, in a table of its own: it is written once, while the mail's row changes with each state.
 */
export interface MailBody {
  id: string
  html: string | null
  text: string | null
  files?: MailFile[]
}

export interface Mail extends Omit<Message, 'html' | 'text' | 'attachments'> {
  id: string
  messageId: string
  /** Milliseconds since 1970. */
  createdAt: number
  idempotencyKey: string | null
  /** SHA-256 of the request's payload: a checker compares what was sent under one key. */
  payloadHash: string
  state: MailState
  history: { state: MailState; at: number }[]
  /** What the SMTP side said last. */
  smtp: { tries: number; code: number | null; answer: string | null }
  /** What arrived there: the header lines as received, and the size in bytes. */
  received: { headers: string[]; bytes: number; at: number } | null
  /** Milliseconds since 1970; null = nothing more to do. */
  nextTryAt: number | null
}

/** One webhook event; `body` are the exact bytes of each attempt. */
export interface MailEventRow {
  id: string
  type: string
  mailId: string
  body: string
}

export interface Suppression {
  /** The address, in lower case. */
  id: string
  uuid: string
  origin: 'bounce' | 'complaint' | 'manual'
  sourceId: string | null
  createdAt: number
}

export interface KeyRow {
  /** Endpoint and key. */
  id: string
  hash: string
  /** null while the first call is still running. */
  answer: object | null
  at: number
}

export interface Settings {
  id: 'settings'
  rateLimit: number
}

/** Everything the parts of this emulator share. */
export interface World {
  config: ResendConfig
  store: Store
  faults: Faults
  mails: Table<Mail>
  bodies: Table<MailBody>
  files: Table<FileRow>
  events: Table<MailEventRow>
  suppressions: Table<Suppression>
  keys: Table<KeyRow>
  settings: Table<Settings>
  deliverer: Deliverer
}
