import { paths } from '#app/_http/paths.ts'
import { letterState, orderState, type Tone } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { kindNames } from '#domain/mail/rules.ts'
import type { LetterKind } from '#ports'
import type { OrderFile } from './readOrder.ts'

export interface Step {
  key: string
  name: string
  at: Date | null
  text: string
  tone: Tone
  id: string | null
  href: string | null
}

/** Order → payment → access → mail, in the order of time; what has not happened yet stands at the end. */
export function stepsOf({ order, draft, grants, letters }: Omit<OrderFile, 'events'>): Step[] {
  const steps: Step[] = [
    step('order', 'Bestellt', draft?.createdAt ?? order.createdAt, {
      text: draft ? 'auf der Bestellseite' : 'in einer Sitzung, die nicht unsere Bestellseite öffnete',
      id: order.orderId,
    }),
    step('session', 'Kasse geöffnet', order.createdAt, { text: 'Stripe-Sitzung', id: order.sessionId }),
    step('payment', order.paidAt ? 'Bezahlt' : 'Zahlung', order.paidAt, {
      text: `${money(order.amountTotal, order.currency)}, jetzt: ${orderState(order.state).text}`,
      tone: order.paidAt ? 'good' : orderState(order.state).tone,
      id: order.paymentIntentId,
    }),
  ]
  for (const [index, grant] of grants.entries()) {
    steps.push(
      step(`grant-${index}`, 'Zugang', grant.createdAt, { text: `Kurs „${grant.course}“ offen`, tone: 'good' }),
    )
    if (grant.revokedAt)
      steps.push(
        step(`revoked-${index}`, 'Zugang beendet', grant.revokedAt, {
          text: grant.revokeReason ?? 'ohne Grund vermerkt',
          tone: 'bad',
        }),
      )
  }
  if (grants.length === 0 && order.state === 'paid')
    steps.push(
      step('grant', 'Zugang', null, { text: 'fehlt noch: der Worker öffnet ihn mit dem Abgleich', tone: 'bad' }),
    )
  for (const letter of letters) {
    const { text, tone } = letterState(letter.state)
    const kind = kindNames[letter.kind as LetterKind] ?? letter.kind
    const at = letter.deliveredAt ?? letter.handedOverAt ?? letter.createdAt
    steps.push(
      step(letter.id, 'Mail', at, { text: `${kind}: ${text}`, tone, id: letter.id, href: paths.adminMail(letter.id) }),
    )
  }
  return steps.sort((one, other) => (one.at?.getTime() ?? Infinity) - (other.at?.getTime() ?? Infinity))
}

const step = (
  key: string,
  name: string,
  at: Date | null,
  rest: { text: string; tone?: Tone; id?: string | null; href?: string },
): Step => ({
  key,
  name,
  at,
  text: rest.text,
  tone: rest.tone ?? 'plain',
  id: rest.id ?? null,
  href: rest.href ?? null,
})
