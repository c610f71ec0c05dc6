import { plainTextSelectors, render } from '@react-email/render'
import { compile } from 'html-to-text'
import type { ReactElement } from 'react'
import {
  addressChangedEmail,
  addressChangedEmailSubject,
  addressChangeNewEmail,
  addressChangeNewEmailSubject,
  addressChangeOldEmail,
  addressChangeOldEmailSubject,
  addressChangeTakenEmail,
  addressChangeTakenEmailSubject,
} from '#emails/AddressChange.tsx'
import { addressRemovedEmail, addressRemovedEmailSubject } from '#emails/AddressRemoved.tsx'
import type { Frame } from '#emails/Laufzettel.tsx'
import { loginEmail, loginEmailSubject } from '#emails/Login.tsx'
import { noAccessEmail, noAccessEmailSubject } from '#emails/NoAccess.tsx'
import {
  operatorAlarmEmail,
  operatorAlarmSubject,
  operatorDisputeEmail,
  operatorDisputeSubject,
  operatorRefundEmail,
  operatorRefundSubject,
  operatorSaleEmail,
  operatorSaleSubject,
  operatorWarningEmail,
  operatorWarningSubject,
  operatorWithdrawalEmail,
  operatorWithdrawalSubject,
} from '#emails/Operator.tsx'
import { loginEmail1, loginEmail1Subject } from '#emails/old/Login1.tsx'
import { refundEmail1, refundEmail1Subject } from '#emails/old/Refund1.tsx'
import { welcomeEmail1 } from '#emails/old/Welcome1.tsx'
import { welcomeEmail2 } from '#emails/old/Welcome2.tsx'
import { paymentFailedEmail, paymentFailedEmailSubject } from '#emails/PaymentFailed.tsx'
import { paymentPendingEmail, paymentPendingEmailSubject } from '#emails/PaymentPending.tsx'
import { refundEmail, refundEmailSubject } from '#emails/Refund.tsx'
import { releaseDigestEmail, releaseDigestEmailSubject } from '#emails/ReleaseDigest.tsx'
import { welcomeEmail, welcomeEmailSubject } from '#emails/Welcome.tsx'
import {
  withdrawalNoticeEmail,
  withdrawalNoticeEmailSubject,
  withdrawalReceiptEmail,
  withdrawalReceiptEmailSubject,
} from '#emails/Withdrawal.tsx'
import type { LetterInputs, LetterKind, Letters } from '#ports'

type Secrets = { frame: Frame; link: string; code: string; mailOff: string }
type Template<Kind extends LetterKind> = {
  subject: string | ((inputs: LetterInputs[Kind]) => string)
  element: (inputs: LetterInputs[Kind] & Secrets) => ReactElement
}

/**
 * Kind → its templates by version. When a template's output changes, the old file stays (`emails/old/`) under its
 * number until no queued letter needs it, so that a repeat after a deploy still has the same bytes.
 */
const templates: { [Kind in LetterKind]: { [version: number]: Template<Kind> } } = {
  welcome: {
    1: { subject: welcomeEmailSubject, element: ({ link, ...inputs }) => welcomeEmail1(link, inputs) },
    2: { subject: welcomeEmailSubject, element: ({ link, ...inputs }) => welcomeEmail2(link, inputs) },
    3: { subject: welcomeEmailSubject, element: ({ link, ...inputs }) => welcomeEmail(link, inputs) },
  },
  login: {
    1: { subject: loginEmail1Subject, element: loginEmail1 },
    2: { subject: loginEmailSubject, element: loginEmail },
  },
  no_access: { 1: { subject: noAccessEmailSubject, element: noAccessEmail } },
  payment_pending: { 1: { subject: paymentPendingEmailSubject, element: paymentPendingEmail } },
  payment_failed: { 1: { subject: paymentFailedEmailSubject, element: paymentFailedEmail } },
  refund: {
    1: { subject: refundEmail1Subject, element: refundEmail1 },
    2: { subject: refundEmailSubject, element: refundEmail },
  },
  address_removed: { 1: { subject: addressRemovedEmailSubject, element: addressRemovedEmail } },
  address_change_old: { 1: { subject: addressChangeOldEmailSubject, element: addressChangeOldEmail } },
  address_change_new: { 1: { subject: addressChangeNewEmailSubject, element: addressChangeNewEmail } },
  address_change_taken: { 1: { subject: addressChangeTakenEmailSubject, element: addressChangeTakenEmail } },
  address_changed: { 1: { subject: addressChangedEmailSubject, element: addressChangedEmail } },
  withdrawal_receipt: {
    // Version 1 had no `sentence`, but fixed words in its place.
    1: { subject: withdrawalReceiptEmailSubject, element: withdrawalReceiptEmail },
    2: { subject: withdrawalReceiptEmailSubject, element: withdrawalReceiptEmail },
  },
  withdrawal_notice: { 1: { subject: withdrawalNoticeEmailSubject, element: withdrawalNoticeEmail } },
  release_digest: { 1: { subject: releaseDigestEmailSubject, element: releaseDigestEmail } },
  operator_sale: {
    // The same template, but inputs of version 1 never have flags (below: `refunded`): a worker too old to know flags
    // must leave such a letter to a newer one.
    1: { subject: operatorSaleSubject, element: operatorSaleEmail },
    2: { subject: operatorSaleSubject, element: operatorSaleEmail },
  },
  operator_refund: { 1: { subject: operatorRefundSubject, element: operatorRefundEmail } },
  operator_dispute: {
    1: { subject: operatorDisputeSubject, element: operatorDisputeEmail },
    2: { subject: operatorDisputeSubject, element: operatorDisputeEmail },
  },
  operator_warning: { 1: { subject: operatorWarningSubject, element: operatorWarningEmail } },
  operator_withdrawal: { 1: { subject: operatorWithdrawalSubject, element: operatorWithdrawalEmail } },
  operator_alarm: { 1: { subject: operatorAlarmSubject, element: operatorAlarmEmail } },
}

const newest = (versions: Record<number, unknown>) => Math.max(...Object.keys(versions).map(Number))

/** The port `Letters`: the same kind, version and inputs always give the same bytes. Throws for an unknown version. */
export function createLetters(): Letters {
  return {
    versions: Object.fromEntries(Object.entries(templates).map(([kind, versions]) => [kind, newest(versions)])),
    async render(kind, version, inputs) {
      const template = templates[kind as LetterKind]?.[version] as Template<LetterKind> | undefined
      if (!template) throw new Error(`no template ${kind} version ${version}`)
      const given = inputs as unknown as LetterInputs[LetterKind] & Secrets
      const html = await render(template.element(given))
      const { subject } = template
      return { subject: typeof subject === 'string' ? subject : subject(given), html, text: plainText(html) }
    },
  }
}

/**
 * For people who read mail as text: real sentences, one fact a line, the link in full. Compiled once: react-email's own
 * `toPlainText` would build its selectors anew for each letter, half of its work.
 */
const toText = compile({
  wordwrap: 78,
  selectors: [
    ...plainTextSelectors,
    { selector: 'table.lines', format: 'dataTable', options: { uppercaseHeaderCells: false, maxColumnWidth: 50 } },
    { selector: 'a', options: { linkBrackets: false, hideLinkHrefIfSameAsText: true } },
    ...['h1', 'h2', 'h3'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
})

const plainText = (html: string) =>
  `${toText(html)
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`
