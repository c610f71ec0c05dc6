import Link from 'next/link'
import { paths } from '#app/_http/paths.ts'
import { Ask, AskField, type Refused } from '#components/admin/Ask.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import {
  orderState,
  receiptWord,
  rightWords,
  type Word,
  withdrawalClock,
  withdrawalState,
} from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { Laufzettel, Stamp } from '#components/Laufzettel.tsx'
import { isFreeAndOpen, leftToRefund } from '#domain/sales/afterSale/rules.ts'
import type { WithdrawalView } from '#domain/sales/withdrawal/listWithdrawals.ts'

interface WithdrawalTicketProps {
  view: WithdrawalView
  back: string
  refused: Refused | null
}

/** One open declaration: what was declared, whether the right exists, the time left, and the two answers. */
export function WithdrawalTicket({ view, back, refused }: WithdrawalTicketProps) {
  const { withdrawal, order } = view
  const clock = withdrawalClock(view.refund)
  return (
    <Laufzettel
      title={withdrawal.name}
      headingLevel={3}
      number={withdrawal.contract}
      tone={clock.tone === 'bad' ? 'bad' : 'open'}
      stamp={<Stamp tone={clock.tone === 'bad' ? 'red' : 'open'}>{withdrawalState(withdrawal.state).text}</Stamp>}
      rows={[
        { label: 'Eingegangen', value: <When at={withdrawal.receivedAt} /> },
        { label: 'Geld zurück bis', value: <Lamp word={clock} /> },
        { label: 'Bestellung', value: <OrderOf view={view} /> },
        { label: 'Widerrufsrecht', value: <RightOf word={rightWords(view.right)} /> },
        {
          label: 'Bestätigung an',
          value: (
            <>
              <a className="link" href={`mailto:${withdrawal.email}?subject=Dein%20Widerruf`}>
                {withdrawal.email}
              </a>
              <Receipt receipt={view.receipt} />
            </>
          ),
        },
      ]}
      stub={
        <div className="ask-row">
          {order && <Accept {...{ view, back, refused }} />}
          <Refuse {...{ view, back, refused }} />
          <Assign {...{ view, back, refused }} />
        </div>
      }
    />
  )
}

/** Where the receipt is; one that came back has to be sent another way (§ 356a BGB). */
function Receipt({ receipt }: { receipt: WithdrawalView['receipt'] }) {
  return (
    <span className="block">
      <Lamp word={receiptWord(receipt)} />
      {receipt && (
        <>
          {' '}
          <Link className="link" href={paths.adminMail(receipt.letterId)} prefetch={false}>
            Mail ansehen
          </Link>
        </>
      )}
    </span>
  )
}

function RightOf({ word }: { word: Word & { why: string } }) {
  return (
    <>
      <Lamp word={word} />
      <span className="block text-muted">{word.why}</span>
    </>
  )
}

export function OrderOf({ view: { order } }: { view: WithdrawalView }) {
  if (!order) return <span className="text-muted">keine gefunden</span>
  return (
    <>
      <Link className="link mono" href={paths.adminOrder(order.id)} prefetch={false}>
        {order.number}
      </Link>{' '}
      {money(order.amountTotal, order.currency)}, {orderState(order.state).text}
      {order.personId && (
        <>
          {', '}
          <Link className="link" href={paths.adminPerson(order.personId)} prefetch={false}>
            Kundenakte
          </Link>
        </>
      )}
    </>
  )
}

function Accept({ view: { withdrawal, order }, back, refused }: WithdrawalTicketProps) {
  if (!order) return null
  const id = `annehmen-${withdrawal.id}`
  const left = leftToRefund(order)
  const sum = money(left, order.currency)
  return (
    <Ask
      id={id}
      action={paths.api.adminWithdrawal(withdrawal.id, 'accept')}
      back={back}
      label={left > 0 ? 'Erstatten und annehmen' : 'Annehmen'}
      confirm={left > 0 ? `Ja, ${sum} erstatten und annehmen` : 'Ja, annehmen'}
      refused={refused}
      fields={<AskField name="note" label="Notiz (freiwillig)" refused={refused} form={id} />}
    >
      <p>
        {left > 0
          ? `${sum} gehen über Stripe auf dem Zahlungsweg zurück, der Zugang aus dieser Bestellung endet, und die Mail über die Erstattung geht hinaus. Das lässt sich nicht zurücknehmen.`
          : isFreeAndOpen(order)
            ? 'Die Bestellung hat nichts gekostet: Es gibt nichts zu erstatten, ihr Zugang endet. Der Widerruf wird als angenommen vermerkt.'
            : 'Es gibt nichts mehr zu erstatten. Der Widerruf wird als angenommen vermerkt.'}
      </p>
    </Ask>
  )
}

function Refuse({ view: { withdrawal, right }, back, refused }: WithdrawalTicketProps) {
  const id = `ablehnen-${withdrawal.id}`
  return (
    <Ask
      id={id}
      action={paths.api.adminWithdrawal(withdrawal.id, 'refuse')}
      back={back}
      label="Ablehnen"
      confirm="Ja, ablehnen"
      danger
      refused={refused}
      fields={<AskField name="note" label="Warum" required refused={refused} form={id} />}
    >
      <p>
        {right?.state === 'exists'
          ? 'Das Widerrufsrecht besteht: Ablehnen wäre hier ein Fehler, außer der Widerruf meint etwas anderes.'
          : 'Der Widerruf wird als abgelehnt vermerkt. Schreib der Person selbst, warum.'}
      </p>
    </Ask>
  )
}

function Assign({ view: { withdrawal, order }, back, refused }: WithdrawalTicketProps) {
  const id = `zuordnen-${withdrawal.id}`
  return (
    <Ask
      id={id}
      action={paths.api.adminWithdrawal(withdrawal.id, 'assign')}
      back={back}
      label={order ? 'Andere Bestellung' : 'Bestellung zuordnen'}
      confirm="Zuordnen"
      refused={refused}
      fields={
        <AskField name="order" label="Bestellnummer" hint="W-2026-0117 oder 117" required refused={refused} form={id} />
      }
    >
      <p>Welche Bestellung ist gemeint? Gesucht haben wir nach der Nummer im Text und nach der Adresse.</p>
    </Ask>
  )
}
