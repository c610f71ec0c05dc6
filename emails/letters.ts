import { render, toPlainText } from '@react-email/render'
import type { ReactElement } from 'react'
import { factsEmail } from '#emails/Facts.tsx'
import type { Frame } from '#emails/Laufzettel.tsx'
import { loginEmail, loginEmailSubject } from '#emails/Login.tsx'
import { noAccessEmail, noAccessEmailSubject } from '#emails/NoAccess.tsx'
import { paymentFailedEmail, paymentFailedEmailSubject } from '#emails/PaymentFailed.tsx'
import { paymentPendingEmail, paymentPendingEmailSubject } from '#emails/PaymentPending.tsx'
import { refundEmail, refundEmailSubject } from '#emails/Refund.tsx'
import { welcomeEmail, welcomeEmailSubject } from '#emails/Welcome.tsx'
import type { LetterInputs, LetterKind, Letters } from '#ports'

type Secrets = { frame: Frame; link: string; code: string }
type Template<Kind extends LetterKind> = {
  subject: string
  element: (inputs: LetterInputs[Kind] & Secrets) => ReactElement
}

/**
 * Kind → its template in the newest version. When a template's output changes, the old file stays under its number
 * until no queued letter needs it, so that a repeat after a deploy still has the same bytes.
 */
const plain = <Kind extends LetterKind>(subject: string): Record<number, Template<Kind>> => ({
  1: { subject, element: (inputs) => factsEmail(subject, inputs as unknown as Secrets & Record<string, unknown>) },
})

const templates: { [Kind in LetterKind]: { [version: number]: Template<Kind> } } = {
  welcome: { 1: { subject: welcomeEmailSubject, element: ({ link, ...inputs }) => welcomeEmail(link, inputs) } },
  login: { 1: { subject: loginEmailSubject, element: loginEmail } },
  no_access: { 1: { subject: noAccessEmailSubject, element: noAccessEmail } },
  payment_pending: { 1: { subject: paymentPendingEmailSubject, element: paymentPendingEmail } },
  payment_failed: { 1: { subject: paymentFailedEmailSubject, element: paymentFailedEmail } },
  refund: { 1: { subject: refundEmailSubject, element: refundEmail } },
  address_removed: plain('Diese Adresse gehört nicht mehr zu einer Bestellung'),
  withdrawal_receipt: plain('Dein Widerruf ist bei uns eingegangen'),
  withdrawal_notice: plain('Zu deiner Bestellung kam ein Widerruf'),
  operator_sale: plain('Ein Verkauf'),
  operator_refund: plain('Eine Erstattung'),
  operator_dispute: plain('Ein Einspruch gegen eine Zahlung'),
  operator_withdrawal: plain('Ein Widerruf'),
  operator_alarm: plain('Eine Störung'),
}

const newest = (versions: Record<number, unknown>) => Math.max(...Object.keys(versions).map(Number))

/** The port `Letters`. Pure: the same kind, version and inputs always give the same bytes. Throws for an unknown version. */
export function createLetters(): Letters {
  return {
    versions: Object.fromEntries(Object.entries(templates).map(([kind, versions]) => [kind, newest(versions)])),
    async render(kind, version, inputs) {
      const template = templates[kind as LetterKind]?.[version] as Template<LetterKind> | undefined
      if (!template) throw new Error(`no template ${kind} version ${version}`)
      const html = await render(template.element(inputs as unknown as LetterInputs[LetterKind] & Secrets))
      return { subject: template.subject, html, text: plainText(html) }
    },
  }
}

/** For people who read mail as text: real sentences, one fact a line, the link in full. */
function plainText(html: string): string {
  const text = toPlainText(html, {
    wordwrap: 78,
    selectors: [
      { selector: 'table.lines', format: 'dataTable', options: { uppercaseHeaderCells: false, maxColumnWidth: 50 } },
      { selector: 'a', options: { linkBrackets: false, hideLinkHrefIfSameAsText: true } },
      ...['h1', 'h2', 'h3'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  })
  return `${text.replace(/\n{3,}/g, '\n\n').trim()}\n`
}
