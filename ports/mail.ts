import type { Attachment, LegalDocuments } from './documents.ts'

export interface RenderedLetter {
  subject: string
  html: string
  text: string
  /** Header lines of its own, such as `List-Unsubscribe`. */
  headers?: Record<string, string>
}

export interface Mailer {
  /** Throws `OutsideError('resend', …)`; `ambiguous` tells whether the letter may already be on its way. */
  sendEmail(message: {
    to: string
    from: string
    replyTo: string | null
    subject: string
    html: string
    text: string
    headers?: Record<string, string>
    tags: Record<string, string>
    attachments?: Attachment[]
    idempotencyKey: string
    // Null: this key was used with other bytes before, so the provider has the letter under an id we do not know.
  }): Promise<{ providerId: string | null }>
  /**
   * What became of one letter, asked of the provider: the type of the last event about it, as its webhook would name it
   * (`email.delivered`); null when it knows no such letter. Throws `OutsideError('resend', …)`; a key that may only
   * send is `rejected`.
   */
  lastEvent(providerId: string): Promise<string | null>
  /**
   * Checks Resend's (svix) signature on the raw bytes and reads the event. Throws `signature_invalid`, also when no
   * secret is set, `signature_time` for a true one of another time, `payload_unusable`.
   */
  readEvent(raw: Buffer, headers: { get(name: string): string | null }): MailEvent
  /** Reads bytes whose signature was checked when they came. Throws `payload_unusable`. */
  parseEvent(id: string, raw: Buffer): MailEvent
}

/** What a mail provider tells later about one letter. */
export interface MailEvent {
  /** The delivery's id: the same delivery repeated has the same one. */
  id: string
  type: string
  providerId: string | null
  /** Our letter id, from the tag we set. */
  letterId: string | null
  at: Date
  /** The provider's word for a bounce or a failure, e.g. `Permanent/MailboxFull`. */
  detail: string | null
}

/**
 * What the caller of `queueLetter` gives for each kind; stored unchanged in the letter's row. Amounts are cents, times
 * ISO text. Never a link or a code: those are made when the letter is rendered (I6).
 */
export interface LetterInputs {
  /** Also the contract confirmation (§ 312f BGB): everything it states is frozen here. */
  welcome: OrderLetterInputs & {
    amountSubtotal: number
    amountDiscount: number
    amountTax: number
    taxRegime: 'regular' | 'small_business'
    accessYears: number
    paidAt: string
    receiptUrl: string | null
    termsVersion: string
    withdrawalVersion: string
    consent: { startNow: boolean; acknowledgesLoss: boolean; textVersion: string; at: string | null }
    /** The two sentences as shown, if the order page still shows that version. */
    consentTexts?: { startNow: string; acknowledgesLoss: string }
    /** `film` in the shop's own words, „5½ Stunden“; letters written before it have whole `hours` only. */
    contents?: { modules: number; lessons: number; hours: number; film?: string }
    /** The legal texts in the letter itself: template version 1, and whenever they cannot be attached. */
    legal?: { withdrawalHtml: string; termsHtml: string }
    /** The legal texts as they were, attached: a link is no durable medium. */
    documents?: LegalDocuments
    /** Stripe's invoice, when there is one. */
    invoiceNumber?: string | null
    invoiceUrl?: string | null
  }
  /** `sentByHand`: by the operator, so there is no browser a code could belong to. */
  login: { sentByHand?: boolean }
  no_access: Record<string, never>
  payment_pending: OrderLetterInputs
  payment_failed: OrderLetterInputs
  /** One per refund that succeeded; `amountRefunded` is the sum, `refundAmount` this one. */
  refund: OrderLetterInputs & { refundAmount?: number; accessEnds?: boolean }
  /** To the old address after a correction: only that it was removed from the order. */
  address_removed: { number: string }
  /**
   * A learner moves the account: both mailboxes must agree, and the old one is told when it is done. Addresses masked.
   */
  address_change_old: { newMasked: string }
  address_change_new: { oldMasked: string }
  /** To a mailbox that has an account of its own already: only it may know that. */
  address_change_taken: Record<string, never>
  address_changed: { newMasked: string }
  /** § 356a Abs. 4 BGB: content, date and second, whatever the order is. */
  /** `sentence`: what the page declared, word for word; since version 2. */
  withdrawal_receipt: { sentence?: string; name: string; contract: string; email: string; receivedAt: string }
  /** To the order's own address when the receipt went elsewhere. */
  withdrawal_notice: { number: string; receivedAt: string }
  /** What opened since the last one, in the order of the course. */
  release_digest: {
    name: string | null
    lessons: { id: string; number: number; slug: string; title: string; seconds: number }[]
  }
  /** `flags`: what somebody should look at about it, since version 2. */
  operator_sale: OperatorOrderInputs & { flags?: string[] }
  operator_refund: OperatorOrderInputs & { refundAmount: number; status: string }
  /** `refunded`: in full, before the bank asked; since version 2. */
  operator_dispute: OperatorOrderInputs & {
    status: string
    reason: string | null
    evidenceDueAt: string | null
    refunded?: boolean
  }
  /** A fraud warning; rows hold this older name. `type`: Stripe's `fraud_type`. */
  operator_warning: OperatorOrderInputs & { type: string }
  operator_withdrawal: { receivedAt: string; number: string | null; deadline: string }
  operator_alarm: { cause: string; message: string; firstAt: string; times: number }
}

/** What letters to operators say about an order: enough to act, but no address. `path` leads into the admin area. */
export interface OperatorOrderInputs {
  number: string
  amountTotal: number
  currency: string
  at: string
  path: string
}

export interface OrderLetterInputs {
  name: string | null
  /** „W-2026-0117“ */
  number: string
  productName: string
  amountTotal: number
  amountRefunded: number
  currency: string
  orderedAt: string
}

export type LetterKind = keyof LetterInputs

/** The React templates of `emails/`. The same kind, version and inputs always give the same bytes. */
export interface Letters {
  readonly versions: Record<string, number>
  render(kind: string, version: number, inputs: Record<string, unknown>): Promise<RenderedLetter>
}
