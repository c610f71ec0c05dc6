import type { OutsideError } from '#errors'
import type { LetterKind, MailEvent, Operator, Settings } from '#ports'

export type LetterState =
  | 'queued'
  | 'handed_over'
  | 'sent'
  | 'delivered'
  | 'delayed'
  | 'bounced'
  | 'complained'
  | 'suppressed'
  | 'failed'
  | 'parked'
  | 'unknown'
  | 'dropped'

export const letterLimits = {
  /** Resend forgets an idempotency key after 24 h; automatic repeats end before. */
  ambiguousMs: 23 * 3_600_000,
  /** While letters are parked for one cause, one of them tries again this often; when it gets through, all go on. */
  probeMs: 3_600_000,
  /** Parked letters that one statement queues again. */
  retryBatch: 5_000,
  /** A queued letter older than this may have lost its job. */
  sweepAfterMs: 2 * 60_000,
  sweepSlotMs: 5 * 60_000,
  /** More than ever wait at once, so that letters with a job cannot hide one that lost its own. */
  sweepBatch: 5_000,
  listed: 200,
} as const

/**
 * What every template gets beside its own inputs, stored with them: a changed setting must not change the bytes of a
 * letter that may already be with the provider.
 */
export interface LetterFrame {
  siteUrl: string
  from: string
  replyTo: string | null
  operator: Pick<Operator, 'name' | 'street' | 'postalCode' | 'city' | 'country' | 'email' | 'phone'>
}

export interface StoredInputs {
  data: Record<string, unknown>
  frame: LetterFrame
  /** Raised when a letter that certainly never reached the provider gets other bytes, which need another key. */
  revision?: number
}

/** The provider's idempotency key: the same bytes have the same one, other bytes another. */
export const idempotencyKey = (letterId: string, { revision }: StoredInputs): string =>
  revision ? `${letterId}:${revision}` : letterId

export function frameOf({ siteUrl, mailFrom, mailReplyTo, operator }: Settings): LetterFrame {
  const { name, street, postalCode, city, country, email, phone } = operator
  return {
    siteUrl,
    from: mailFrom,
    // An answer to a letter must reach a person even if MAIL_REPLY_TO is not set.
    replyTo: mailReplyTo ?? (email.includes('@') ? email : null),
    operator: { name, street, postalCode, city, country, email, phone },
  }
}

/** Where the link of a letter leads; kinds without one carry none. */
const linkPaths: Partial<Record<string, string>> = {
  welcome: '/anmelden/link',
  login: '/anmelden/link',
  address_change_old: '/adresse',
  address_change_new: '/adresse',
}
export const linkPathOf = (kind: string): string | null => (Object.hasOwn(linkPaths, kind) ? linkPaths[kind]! : null)
export const carriesCode = (kind: string): boolean => kind === 'login'

/** Letters that people can unsubscribe from, by a link without login and by their mail program's button (RFC 8058). */
export const carriesMailOff = (kind: string): boolean => kind === 'release_digest'

/** Names for lists. */
export const kindNames: Record<LetterKind, string> = {
  welcome: 'Willkommen und Bestätigung',
  login: 'Anmeldelink',
  no_access: 'Kein Zugang',
  payment_pending: 'Zahlung unterwegs',
  payment_failed: 'Zahlung gescheitert',
  refund: 'Erstattung',
  address_removed: 'Adresse entfernt',
  address_change_old: 'Adresse ändern: alte',
  address_change_new: 'Adresse ändern: neue',
  address_change_taken: 'Adresse ändern: vergeben',
  address_changed: 'Adresse geändert',
  release_digest: 'Neu offen',
  withdrawal_receipt: 'Eingang des Widerrufs',
  withdrawal_notice: 'Hinweis auf einen Widerruf',
  operator_sale: 'An dich: Verkauf',
  operator_refund: 'An dich: Erstattung',
  operator_dispute: 'An dich: Einspruch gegen eine Zahlung',
  operator_warning: 'An dich: Betrugswarnung',
  operator_withdrawal: 'An dich: Widerruf',
  operator_alarm: 'An dich: Störung',
}

/**
 * The order in which states rise: in whatever order events come, the highest one stays. A bounce after a delivery is
 * news; a delivery after a bounce is old.
 */
const rank: Record<LetterState, number> = {
  queued: 0,
  parked: 0,
  unknown: 0,
  dropped: 0,
  handed_over: 1,
  sent: 2,
  delayed: 3,
  delivered: 4,
  failed: 5,
  suppressed: 6,
  bounced: 7,
  complained: 8,
}

/** The states that may still become `next`. */
export const statesBelow = (next: LetterState): LetterState[] =>
  (Object.keys(rank) as LetterState[]).filter((state) => rank[state] < rank[next])

/** Whether the state `news` stands higher than the state `known`. */
export const isAbove = (news: LetterState, known: LetterState): boolean => rank[news] > rank[known]

const stateOfEvent: Record<string, LetterState> = {
  'email.sent': 'sent',
  'email.delivered': 'delivered',
  'email.delivery_delayed': 'delayed',
  'email.bounced': 'bounced',
  'email.complained': 'complained',
  'email.failed': 'failed',
  'email.suppressed': 'suppressed',
}

/** What a provider's event says about a letter; null for events that say nothing (opened, clicked, unknown). */
export function readMailEvent(event: MailEvent): { state: LetterState; reason: string | null } | null {
  const state = stateOfEvent[event.type]
  return state ? { state, reason: eventReason(state, event.detail ?? '') } : null
}

function eventReason(state: LetterState, detail: string): string | null {
  if (state === 'delayed') return 'Das Postfach nimmt die Mail gerade nicht an. Resend versucht es weiter.'
  if (state === 'complained')
    return 'Die Mail wurde als Spam gemeldet. Weitere Mails an diese Adresse gehen nicht hinaus.'
  if (state === 'suppressed')
    return 'Die Adresse steht auf der Sperrliste bei Resend, weil eine frühere Mail zurückkam. Adresse prüfen, dann dort freigeben.'
  if (state === 'failed') return 'Resend konnte die Mail nicht verschicken. Einstellungen bei Resend prüfen.'
  if (state !== 'bounced') return null
  if (/MailboxFull/i.test(detail)) return 'Das Postfach ist voll.'
  if (/NoEmail|General/i.test(detail) && /Permanent/i.test(detail))
    return 'Diese Adresse gibt es nicht. Vielleicht ein Tippfehler.'
  if (/ContentRejected|AttachmentRejected|MessageTooLarge/i.test(detail))
    return 'Das Postfach hat den Inhalt abgelehnt.'
  return 'Die Mail kam zurück.'
}

/** Why a letter is parked; also the code of the alarm. */
export const parkCauses = [
  'mail_quota',
  'mail_key',
  'mail_domain',
  'mail_sender',
  'mail_address',
  'mail_rejected',
  'receipt_lost',
  'mail_unpaid',
] as const
export type ParkCause = (typeof parkCauses)[number]

/** These causes stop every letter, so one that gets through frees them all; the others concern one letter. */
export const sharedCauses: readonly ParkCause[] = ['mail_quota', 'mail_key', 'mail_domain', 'mail_sender']

/**
 * Any accepted letter shows that these are over. Not so a refused sender: Resend may accept it for one recipient only.
 */
export const provenByAnyLetter: readonly ParkCause[] = ['mail_quota', 'mail_key']

/** Why Resend does not take this letter; null when another try may help. */
export function parkCause({ failure, retryable, message }: OutsideError): ParkCause | null {
  if (failure === 'quota') return 'mail_quota'
  if (retryable) return null
  if (/domain is not verified|own email address|testing emails/i.test(message)) return 'mail_domain'
  if (/^\d+ \w*api_key/.test(message) || /^401/.test(message)) return 'mail_key'
  if (/invalid_from_address/.test(message)) return 'mail_sender'
  return /^422|validation_error/.test(message) ? 'mail_address' : 'mail_rejected'
}

const parkReasons: Record<ParkCause, string> = {
  mail_quota: 'Das Mail-Kontingent bei Resend ist aufgebraucht. Es geht von selbst weiter, sobald es wieder frei ist.',
  mail_key: 'Der Schlüssel RESEND_API_KEY wird abgelehnt. Schlüssel prüfen.',
  mail_domain: 'Der Absender ist nicht bestätigt. Die Domain bei Resend bestätigen oder MAIL_FROM ändern.',
  mail_sender: 'MAIL_FROM ist keine gültige Absenderadresse. MAIL_FROM ändern.',
  mail_address: 'Resend lehnt diese Mail ab, vermutlich wegen der Adresse. Adresse prüfen.',
  mail_rejected: 'Resend lehnt diese Mail ab. Im Protokoll steht der Grund.',
  receipt_lost: 'Resend lehnt diese Mail ab, vermutlich wegen der Adresse. Adresse prüfen.',
  mail_unpaid: 'Resend lehnt diese Mail ab, vermutlich wegen der Adresse. Adresse prüfen.',
}

/** The alarm's sentence: what waits, and what to do. Never with an address. */
export const alarmSentences: Record<ParkCause, string> = {
  mail_quota:
    'Das Mail-Kontingent bei Resend ist aufgebraucht; Mails warten. Sie gehen von selbst hinaus, sobald es frei ist. Schneller geht es mit einem größeren Tarif und dann unter /admin/mails.',
  mail_key:
    'Resend lehnt den Schlüssel ab; keine Mail geht hinaus. RESEND_API_KEY prüfen, neu starten; die wartenden Mails gehen dann von selbst weiter.',
  mail_domain:
    'Die Absender-Domain ist bei Resend nicht bestätigt; Mails warten. Domain bestätigen oder MAIL_FROM ändern, dann unter /admin/mails weiter.',
  mail_sender:
    'MAIL_FROM ist keine gültige Absenderadresse; Mails warten. Ändern, neu starten, dann unter /admin/mails weiter.',
  mail_address:
    'Eine Mail an einen Käufer lässt sich nicht zustellen. Unter /admin/mails steht, welche: Adresse klären und neu senden, oder erledigt.',
  mail_rejected: 'Resend lehnt eine Mail ab. Unter /admin/mails steht, welche.',
  receipt_lost:
    'Die Eingangsbestätigung eines Widerrufs ließ sich nicht zustellen. Unter /admin/mails steht, welche: Adresse klären und neu senden, oder erledigt.',
  mail_unpaid:
    'Eine Mail ließ sich nicht zustellen, für die noch niemand bezahlt hat: „Zahlung unterwegs“, etwas Kostenloses, ein Hinweis an eine alte Adresse. Unter /admin/mails steht, welche: Adresse klären und neu senden, oder erledigt.',
}

/** Why a letter waits or stands still, as a sentence a person can act on. */
export function failureReason(error: OutsideError): string {
  const cause = parkCause(error)
  return cause ? parkReasons[cause] : 'Resend ist gerade nicht erreichbar. Wir versuchen es von selbst weiter.'
}

/** States in which nothing happens to a letter until a person acts. */
export const standsStill: readonly LetterState[] = [
  'parked',
  'unknown',
  'bounced',
  'suppressed',
  'failed',
  'complained',
  'dropped',
]
/**
 * Whether a lost letter must be followed up: those to people who ordered or declared a withdrawal, not those to
 * operators or to whoever typed an address at the login.
 */
export const mustArrive = ({ kind, purchaseId }: { kind: string; purchaseId: string | null }): boolean =>
  kind === 'withdrawal_receipt' || (purchaseId !== null && !kind.startsWith('operator_'))
/**
 * Letters about an order that anybody can cause without paying: by a debit that never comes, by declaring the
 * withdrawal of somebody's order, by correcting an address.
 */
export const unpaidKinds: readonly string[] = [
  'payment_pending',
  'payment_failed',
  'withdrawal_notice',
  'address_removed',
]

/**
 * The facts that decide how bad a lost letter is; `amountTotal` in cents from its inputs, null where they name none.
 */
export interface LostLetter {
  kind: string
  amountTotal: number | null
}

/**
 * The alarm for a letter that did not arrive: `mail_address` when somebody paid; the others are only warnings, because
 * strangers can cause them by a withdrawal or an unpaid order.
 */
export function lostCause({ kind, amountTotal }: LostLetter): 'mail_address' | 'receipt_lost' | 'mail_unpaid' {
  if (kind === 'withdrawal_receipt') return 'receipt_lost'
  return unpaidKinds.includes(kind) || amountTotal === 0 ? 'mail_unpaid' : 'mail_address'
}
/** Letters to whoever typed an address; nobody who paid waits for them. */
const askedByAnybody = ['login', 'no_access', 'address_change_new', 'address_change_taken']

/** The cause for which a refused letter is parked until a person acts; null: nobody waits for it, so it is dropped. */
export function parkFor(letter: LostLetter, cause: ParkCause): ParkCause | null {
  if (cause !== 'mail_address' && cause !== 'mail_rejected') return cause
  if (askedByAnybody.includes(letter.kind)) return null
  const lost = lostCause(letter)
  return lost === 'mail_address' ? cause : lost
}

/** Cents of the order that a letter is about, as stored in its inputs; null where they name none. */
export function amountOf(inputs: unknown): number | null {
  const { data } = inputs as Partial<StoredInputs>
  return typeof data?.amountTotal === 'number' ? data.amountTotal : null
}

export const refusedReason =
  'Resend nimmt diese Mail nicht an, vermutlich wegen der Adresse. Es wartet niemand, der bezahlt hat.'
/** States in which the provider says that the letter did not reach its address. */
export const undeliverable: readonly LetterState[] = ['bounced', 'suppressed', 'failed']

/** Whether Resend may have forgotten the idempotency key by now: sending again could be a second letter. */
export const keyForgotten = (ambiguousAt: Date | null, now: Date): boolean =>
  ambiguousAt !== null && now.getTime() - ambiguousAt.getTime() > letterLimits.ambiguousMs

export const unknownReason =
  'Ob diese Mail ankam, wissen wir nicht: Resend hat nicht eindeutig geantwortet. Erst nachsehen, dann von Hand neu senden.'
export const closedReason = 'Von Hand abgeschlossen, ohne sie zu senden.'
export const replacedReason = 'Nicht gesendet: Stattdessen ging eine neue Mail hinaus.'
export const readdressedReason = 'Nicht gesendet: Die Adresse wurde korrigiert.'
export const foldedReason = 'Nicht gesendet: Was darin stand, steht in einer neueren Mail.'
export const droppedReason = 'Zu spät: Der Anmeldelink konnte nicht rechtzeitig übergeben werden.'
