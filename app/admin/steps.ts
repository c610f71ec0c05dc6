import type { Repair } from '#app/admin/Repairs.tsx'
import {
  deedWords,
  eventState,
  letterState,
  orderState,
  receiptWord,
  rightWords,
  type Tone,
  withdrawalClock,
  withdrawalState,
} from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import type { AccessFile } from '#domain/access/accessFile.ts'
import type { SourceGrant } from '#domain/access/grantsOfSource.ts'
import type { LessonSpan } from '#domain/learning/lessonSpans.ts'
import type { LetterRow } from '#domain/mail/listLetters.ts'
import { kindNames, standsStill } from '#domain/mail/rules.ts'
import { isFreeAndOpen, offeredRefund } from '#domain/sales/afterSale/rules.ts'
import type { DraftRow } from '#domain/sales/checkout/findDraft.ts'
import type { Order } from '#domain/sales/listOrders.ts'
import type { DisputeRow, FraudWarningRow, RefundRow } from '#domain/sales/mirror/afterSaleOf.ts'
import type { WithdrawalView } from '#domain/sales/withdrawal/listWithdrawals.ts'
import type { AuditEntry, EventHead, LetterKind } from '#ports'

/** Something that happened, as data: time, words, ids to look it up by, and repairs. */
export interface Step {
  key: string
  name: string
  /** null: it should have happened and has not. */
  at: Date | null
  text: string
  tone: Tone
  /** True for Stripe's times, which are whole seconds: the step may really have come later in that second. */
  wholeSecond: boolean
  ids: { label: string; value: string }[]
  repairs: Repair[]
}

const step = (
  key: string,
  name: string,
  at: Date | null,
  rest: { text: string; tone?: Tone; ids?: [string, string | null | undefined][]; repairs?: Repair[] },
): Step => ({
  key,
  name,
  at,
  text: rest.text,
  tone: rest.tone ?? 'plain',
  wholeSecond: at !== null && at.getTime() % 1000 === 0,
  ids: (rest.ids ?? []).flatMap(([label, value]) => (value ? [{ label, value }] : [])),
  repairs: rest.repairs ?? [],
})

/**
 * Sorts by time; what has not happened yet is at the end. Within one second an order comes before its payment and the
 * payment before everything else, because Stripe's times are whole seconds.
 */
export const inOrder = (steps: Step[]): Step[] =>
  steps.toSorted((one, other) => {
    if (!one.at || !other.at) return Number(one.at === null) - Number(other.at === null)
    const seconds = Math.floor(one.at.getTime() / 1000) - Math.floor(other.at.getTime() / 1000)
    return seconds || rankOf(one) - rankOf(other) || one.at.getTime() - other.at.getTime()
  })

const rankOf = ({ key }: Step): number => (key.startsWith('draft-') ? 0 : /^(session|payment)-/.test(key) ? 1 : 2)

/** The 32 characters of a W3C trace. */
const traceIdOf = (traceparent: string | null | undefined) => traceparent?.split('-')[1] ?? null

// ── checkout and payment ─────────────────────────────────────────────────────────────────────────

export function draftStep(draft: DraftRow, orders: Order[]): Step {
  const became = orders.some(({ orderId }) => orderId === draft.id)
  const consent =
    draft.consentStartNow && draft.consentAcknowledgesLoss ? 'beides angekreuzt' : 'nicht beides angekreuzt'
  return step(`draft-${draft.id}`, became ? 'Bestellt' : 'Kasse geöffnet', draft.createdAt, {
    text: became
      ? `Auf der Bestellseite, ${consent}.`
      : 'Auf der Bestellseite, danach nicht bezahlt. Das ist oft so, wenn jemand es sich anders überlegt.',
    ids: [
      ['Sitzung', draft.sessionId],
      ['Entwurf', draft.id],
      ['Anfrage', draft.requestId],
      ['Spur', traceIdOf(draft.traceparent)],
    ],
    repairs: !became && draft.sessionId ? [{ kind: 'settle', order: draft.sessionId }] : [],
  })
}

export function orderSteps(order: Order, options: { hasDraft: boolean; hasGrant: boolean }): Step[] {
  const state = orderState(order.state)
  const settle: Repair = { kind: 'settle', order: order.id }
  const left = offeredRefund(order)
  const refund: Repair[] = left > 0 ? [{ kind: 'refund', order: order.id, left, currency: order.currency }] : []
  const endAccess: Repair[] = isFreeAndOpen(order) ? [{ kind: 'end-access', order: order.id }] : []
  const steps: Step[] = []
  if (!options.hasDraft)
    steps.push(
      step(`session-${order.id}`, 'Kasse geöffnet', order.createdAt, {
        text: 'In einer Sitzung, die nicht unsere Bestellseite öffnete.',
        ids: [['Sitzung', order.sessionId]],
      }),
    )
  steps.push(
    step(`payment-${order.id}`, order.paidAt ? 'Bezahlt' : 'Zahlung', order.paidAt, {
      text: `${order.number}: ${money(order.amountTotal, order.currency)}. Stand jetzt: ${state.text}.`,
      tone: order.paidAt && !['suspended', 'lost'].includes(order.state) ? 'good' : state.tone,
      ids: [
        ['Zahlung', order.paymentIntentId],
        ['Abbuchung', order.chargeId],
        ['Rechnung', order.invoiceId],
        ['Sitzung', order.sessionId],
        ['Anfrage', order.requestId],
        ['Spur', traceIdOf(order.traceparent)],
      ],
      repairs: [settle, ...refund, ...endAccess, ...addressRepair(order)],
    }),
  )
  if (order.state === 'paid' && !options.hasGrant)
    steps.push(
      step(`no-grant-${order.id}`, 'Zugang fehlt', null, {
        text: `${order.number} ist bezahlt, aber der Zugang ist noch nicht offen. Der Worker öffnet ihn mit dem Abgleich.`,
        tone: 'bad',
        repairs: [settle],
      }),
    )
  return steps
}

function addressRepair(order: Order): Repair[] {
  if (order.state === 'parked' && order.flags.includes('no_address')) return [{ kind: 'give-address', order: order.id }]
  return order.state === 'pending' && !order.personId ? [{ kind: 'move-pending', order: order.id }] : []
}

const refundTones: Record<string, Tone> = { succeeded: 'good', failed: 'bad', canceled: 'plain' }
const refundWords: Record<string, string> = {
  succeeded: 'angekommen',
  pending: 'unterwegs',
  requires_action: 'wartet auf eine Angabe bei Stripe',
  failed: 'gescheitert',
  canceled: 'abgebrochen',
}

export const refundSteps = (refunds: RefundRow[], currencyOf: (purchaseId: string) => string): Step[] =>
  refunds.map((refund) =>
    step(`refund-${refund.id}`, 'Erstattung', refund.createdAt, {
      text: `${money(refund.amount, currencyOf(refund.purchaseId))}: ${refundWords[refund.status] ?? refund.status}${refund.failureReason ? ` (${refund.failureReason})` : ''}.`,
      tone: refundTones[refund.status] ?? 'wait',
      ids: [['Erstattung', refund.id]],
      repairs: [{ kind: 'settle', order: refund.purchaseId }],
    }),
  )

const disputeWords: Record<string, string> = {
  won: 'gewonnen',
  lost: 'verloren',
  needs_response: 'wartet auf deine Belege',
  under_review: 'wird geprüft',
  warning_needs_response: 'Rückfrage der Bank, antworte bei Stripe',
  warning_under_review: 'Rückfrage wird geprüft',
  warning_closed: 'Rückfrage erledigt',
  prevented: 'abgewendet',
}

export const disputeSteps = (disputes: DisputeRow[], currencyOf: (purchaseId: string) => string): Step[] =>
  disputes.map((dispute) =>
    step(`dispute-${dispute.id}`, 'Anfechtung', dispute.createdAt, {
      text: `${money(dispute.amount, currencyOf(dispute.purchaseId))}: ${disputeWords[dispute.status] ?? dispute.status}${dispute.reason ? `, Grund: ${dispute.reason}` : ''}.`,
      tone: ['won', 'prevented', 'warning_closed'].includes(dispute.status) ? 'good' : 'bad',
      ids: [['Anfechtung', dispute.id]],
      repairs: [{ kind: 'settle', order: dispute.purchaseId }],
    }),
  )

/** Fraud warnings; the refund that answers one is offered at the payment's step. */
export const fraudWarningSteps = (fraudWarnings: FraudWarningRow[]): Step[] =>
  fraudWarnings.map((warning) =>
    step(`warning-${warning.id}`, 'Betrugswarnung', warning.createdAt, {
      text: warning.actionable
        ? `Die Bank hält die Zahlung für Betrug (${warning.type}). Ganz erstatten kommt einer Anfechtung meist zuvor: bei „Bezahlt“.`
        : `Die Bank hielt die Zahlung für Betrug (${warning.type}). Erstattet oder angefochten, nichts mehr zu tun.`,
      tone: warning.actionable ? 'bad' : 'plain',
      ids: [['Warnung', warning.id]],
      repairs: [{ kind: 'settle', order: warning.purchaseId }],
    }),
  )

export const withdrawalSteps = (withdrawals: WithdrawalView[]): Step[] =>
  withdrawals.map(({ withdrawal, receipt, right, refund }) => {
    const { text, tone } = withdrawalState(withdrawal.state)
    const clock = withdrawal.state === 'new' ? ` Geld zurück bis ${withdrawalClock(refund).text}.` : ''
    return step(`withdrawal-${withdrawal.id}`, 'Widerruf', withdrawal.receivedAt, {
      text: `Von ${withdrawal.name}: ${text}. Recht bei Eingang: ${rightWords(right).text}. Eingangsbestätigung an ${withdrawal.email}: ${receiptWord(receipt).text}.${clock}`,
      tone: receiptWord(receipt).tone === 'bad' ? 'bad' : tone,
      ids: [
        ['Widerruf', withdrawal.id],
        ['Mail', receipt?.letterId],
      ],
    })
  })

// ── events, mails ────────────────────────────────────────────────────────────────────────────────

/** Only events about an order and unhandled ones; the others are in the list of events. */
export const eventSteps = (events: EventHead[]): Step[] =>
  events
    .filter(
      ({ source, handledAt, outcome }) =>
        handledAt === null || (source === 'stripe' && !outcome?.startsWith('ignored')),
    )
    .map((event) => {
      const { text, tone } = eventState(event)
      const tries = event.attempts > 1 ? `, ${event.attempts} Versuche` : ''
      const what = event.lastError ?? event.outcome
      return step(`event-${event.source}-${event.id}`, `Ereignis ${event.type}`, event.receivedAt, {
        text: `${text}${tries}${what ? `: ${what}` : ''}.`,
        tone: tone === 'good' ? 'plain' : tone,
        ids: [
          ['Ereignis', event.id],
          ['Gegenstand', event.objectId],
          ['Anfrage', event.requestId],
          ['Spur', traceIdOf(event.traceparent)],
        ],
        repairs: [{ kind: 'replay', event }],
      })
    })

/** What an operator may do with a letter in this state; the page of the letter offers the same. */
export function letterRepairs(letter: LetterRow): Repair[] {
  const repairs: Repair[] = []
  if (letter.closedAt === null && ['parked', 'queued'].includes(letter.state))
    repairs.push({ kind: 'retry', letter: letter.id })
  if (letter.state !== 'queued' && letter.kind !== 'login' && letter.kind !== 'no_access')
    repairs.push({ kind: 'resend', letter: letter.id })
  if (letter.closedAt === null && standsStill.includes(letter.state) && letter.state !== 'dropped')
    repairs.push({ kind: 'close', letter: letter.id })
  return repairs
}

export function letterSteps(letters: LetterRow[]): Step[] {
  return letters.flatMap((letter) => {
    const { text, tone } = letterState(letter.state)
    const name = `Mail „${kindNames[letter.kind as LetterKind] ?? letter.kind}“`
    const ids: [string, string | null][] = [
      ['Mail', letter.id],
      ['Resend', letter.providerId],
      ['Anfrage', letter.requestId],
      ['Spur', traceIdOf(letter.traceparent)],
    ]
    const closed = letter.closedAt ? ' Von dir abgehakt.' : ''
    const written = step(`letter-${letter.id}`, name, letter.createdAt, {
      text: `An ${letter.toAddress}: ${text}${letter.reason ? `. ${letter.reason}` : '.'}${closed}`,
      tone: letter.closedAt ? 'plain' : tone,
      ids,
      repairs: letterRepairs(letter),
    })
    if (!letter.deliveredAt) return [written]
    return [
      written,
      step(`delivered-${letter.id}`, 'Zugestellt', letter.deliveredAt, { text: `${name}.`, tone: 'good' }),
    ]
  })
}

// ── access, login, lessons, deeds ────────────────────────────────────────────────────────────────

const revokeReasons: Record<string, string> = {
  hand: 'von Hand beendet',
  refunded: 'die Bestellung ist erstattet',
  suspended: 'die Zahlung ist angefochten',
  lost: 'die Anfechtung ist verloren',
  failed: 'die Zahlung ist gescheitert',
}

type Grant = SourceGrant & { source?: string; personId?: string }

export const grantSteps = (grants: Grant[], key: string): Step[] =>
  grants.flatMap((grant, index) => {
    const byHand = grant.source?.startsWith('hand:') ?? false
    const opened = step(`grant-${key}-${index}`, 'Zugang offen', grant.createdAt, {
      text: byHand ? `Kurs „${grant.course}“, von Hand gegeben.` : `Kurs „${grant.course}“, aus der Bestellung.`,
      tone: 'good',
      ids: [['Quelle', grant.source]],
      repairs:
        byHand && grant.source && grant.personId && !grant.revokedAt
          ? [{ kind: 'revoke', person: grant.personId, source: grant.source }]
          : [],
    })
    if (!grant.revokedAt) return [opened]
    const why = revokeReasons[grant.revokeReason ?? ''] ?? grant.revokeReason ?? 'ohne Grund vermerkt'
    return [
      opened,
      step(`revoked-${key}-${index}`, 'Zugang beendet', grant.revokedAt, { text: `Grund: ${why}.`, tone: 'bad' }),
    ]
  })

export const loginSteps = (sessions: AccessFile['sessions']): Step[] =>
  sessions.map((session) =>
    step(`login-${session.id}`, session.kind === 'proven' ? 'Angemeldet' : 'Im Browser des Kaufs', session.createdAt, {
      text: `${session.device}${session.revokedAt ? ', inzwischen abgemeldet' : ''}.`,
      tone: session.kind === 'proven' ? 'good' : 'plain',
      ids: [['Sitzung', session.id]],
    }),
  )

export function lessonSteps({ first, last }: LessonSpan): Step[] {
  const named = (lesson: { number: number | null; title: string }) =>
    `${lesson.number === null ? '' : `Lektion ${lesson.number}, `}${lesson.title}.`
  return [
    ...(first ? [step('lesson-first', 'Erste Lektion', first.at, { text: named(first), tone: 'good' })] : []),
    ...(last ? [step('lesson-last', 'Zuletzt gesehen', last.at, { text: named(last) })] : []),
  ]
}

/** German names for actors who are no operators. */
const deedBy: Record<string, string> = { buyer: 'Selbst', settings: 'Einstellungen' }

export const deedSteps = (deeds: AuditEntry[]): Step[] =>
  deeds.map((deed) => {
    const amount = typeof deed.detail?.amount === 'number' ? ` ${money(deed.detail.amount)}.` : ''
    return step(`deed-${deed.id}`, `${deedBy[deed.actor] ?? 'Von Hand'}: ${deedWords(deed.action)}`, deed.at, {
      text: `${deed.reason ? `Grund: ${deed.reason}` : 'Ohne Grund vermerkt'}.${amount}`.replace('..', '.'),
      tone: 'plain',
      ids: [
        ['Protokoll', deed.id],
        ['Von', deed.actor],
        ['Ziel', deed.target],
      ],
    })
  })
