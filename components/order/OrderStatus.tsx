'use client'

import { useEffect, useState } from 'react'
import { callApi } from '#browser/kit/callApi.ts'
import { forgetOrder } from '#browser/order/keptOrder.ts'
import { money } from '#components/format.ts'
import { Laufzettel, Stamp } from '#components/Laufzettel.tsx'
import { AddressForm } from '#components/order/AddressForm.tsx'
import { isSettled, letterWords, type OrderAnswer } from '#components/order/orderWords.ts'
import { StartButton } from '#components/order/StartButton.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { timeOfDay } from '#domain/calendar/germanWords.ts'

export type { OrderAnswer }

interface OrderStatusProps {
  sessionId: string | null
  /** What the server already knew; null when this browser did not open the checkout. */
  first: OrderAnswer | null
  loggedIn: boolean
  /** One per page: sending the address form twice is one correction. */
  formKey: string
  /** After the form was sent without scripts. */
  address: 'done' | { refused: string; typed: string | undefined } | null
  hrefs: {
    status: string
    login: string
    workshop: string
    order: string
    checkout: string
    email: string
    claim: string
    mailbox: string | null
  }
}

/** Pauses between polls: first 1 s, after twenty tries 5 s, for ten minutes. */
const quickMs = 1_000
const calmMs = 5_000
const quickTries = 20
const maxTries = 140

/** Polls the order's state until it is settled. `unreachable`: the last try got no answer. */
function useStatus(url: string, first: OrderAnswer | null) {
  const [status, setStatus] = useState(first)
  const [unreachable, setUnreachable] = useState(false)
  /** Raised to poll again after the order was settled. */
  const [round, setRound] = useState(0)
  useEffect(() => {
    if (!first || (round === 0 && isSettled(first))) return
    let tries = 0
    let timer: ReturnType<typeof setTimeout>
    const ask = async () => {
      const answer = await callApi<OrderAnswer>(url, { cache: 'no-store' })
      if (answer.ok) setStatus(answer.value)
      setUnreachable(!answer.ok)
      tries += 1
      const done = (answer.ok && isSettled(answer.value)) || tries >= maxTries
      if (!done) timer = setTimeout(ask, tries < quickTries && answer.ok ? quickMs : calmMs)
    }
    timer = setTimeout(ask, round === 0 ? quickMs : 0)
    return () => clearTimeout(timer)
  }, [url, first, round])
  return { status, unreachable, askAgain: () => setRound((before) => before + 1) }
}

const headings: Record<OrderAnswer['payment'], { title: string; text: string }> = {
  open: {
    title: 'Wir warten auf die Bestätigung.',
    text: 'Die Kasse meldet eine Zahlung meist nach wenigen Sekunden, und diese Seite dreht sich dann von selbst um. Du kannst sie auch schließen: Sobald die Zahlung da ist, kommt dein Link per Mail.',
  },
  pending: {
    title: 'Deine Zahlung ist unterwegs.',
    text: 'Bei einer Lastschrift dauert das ein paar Bankarbeitstage. Sobald das Geld da ist, öffnet sich dein Zugang, und du bekommst eine Mail. Du musst nichts tun.',
  },
  paid: { title: 'Zahlung ist da. Dein Zugang ist offen.', text: '' },
  failed: {
    title: 'Die Zahlung ist nicht durchgegangen.',
    text: 'Es wurde nichts gebucht. Versuch es noch einmal, gern mit einem anderen Zahlungsmittel.',
  },
  expired: {
    title: 'Die Kasse hat geschlossen.',
    text: 'Die Bestellung blieb zu lange offen. Es wurde nichts gebucht. Bestelle einfach noch einmal.',
  },
  refunded: { title: 'Diese Bestellung ist erstattet.', text: 'Das Geld geht auf dem Weg zurück, auf dem es kam.' },
  suspended: {
    title: 'Der Zugang aus dieser Bestellung ruht.',
    text: 'Die Zahlung wurde zurückgebucht oder ist in Klärung. Schreib uns, dann klären wir das.',
  },
  parked: {
    title: 'Diese Bestellung sehen wir uns an.',
    text: 'Etwas daran passt nicht zusammen. Wir melden uns; du musst nichts noch einmal bezahlen.',
  },
}

export function OrderStatus({ sessionId, first, loggedIn, formKey, address, hrefs }: OrderStatusProps) {
  const { status, unreachable, askAgain } = useStatus(hrefs.status, first)
  const [changed, setChanged] = useState(address === 'done')
  const bought = status?.payment === 'paid' || status?.payment === 'pending'
  useEffect(() => {
    if (bought) forgetOrder()
  }, [bought])
  if (!status) return <Unknown hasSession={sessionId !== null} loggedIn={loggedIn} hrefs={hrefs} />
  const open = status.payment === 'paid' && !status.access
  const { title, text } = open
    ? { title: 'Zahlung ist da.', text: 'Dein Zugang wird gerade geöffnet.' }
    : headings[status.payment]
  const mail = letterWords(status.letter, status.emailMasked)
  const closed = ['failed', 'expired', 'refunded', 'suspended'].includes(status.payment)
  const onDone = () => {
    setChanged(true)
    askAgain()
  }
  const form = {
    sessionId: sessionId ?? '',
    action: hrefs.email,
    claim: hrefs.claim,
    formKey,
    onDone,
    typed: address === 'done' ? undefined : address?.typed,
  }
  return (
    <>
      <div role="status">
        <h1>{title}</h1>
        {text && <p className="lead mt-4">{text}</p>}
      </div>
      {status.payment === 'paid' && status.access && (
        <NextStep status={status} lost={mail.bad} loggedIn={loggedIn} hrefs={hrefs} />
      )}
      {status.address === 'give' && <MissingAddress {...form} />}
      {['failed', 'expired'].includes(status.payment) && (
        <a className="button button-primary mt-8" href={hrefs.order}>
          Noch einmal bestellen
        </a>
      )}
      {typeof address === 'object' && address && (
        <Notice kind="error" className="mt-8" title="Die Adresse ist noch die alte.">
          <p>{address.refused}</p>
        </Notice>
      )}
      {unreachable && (
        <Notice kind="wait" className="mt-8" role="status">
          <p>Wir erreichen den Server gerade nicht. Deine Zahlung ist davon nicht betroffen; wir fragen weiter.</p>
        </Notice>
      )}
      <div role="status">
        {changed && (
          <Notice kind="done" className="mt-8" title="Deine Adresse ist geändert.">
            <p>{movedTo(status)}</p>
          </Notice>
        )}
      </div>
      <div className="mt-10">
        <Ticket status={status} closed={closed} mail={mail} mailbox={hrefs.mailbox} />
      </div>
      {status.address === 'correct' && status.letter && !changed && (
        <WrongAddress {...form} isPaid={status.payment === 'paid'} isOpen={mail.bad || address !== null} />
      )}
      <p className="mt-8 text-muted">
        Kommt nichts an?{' '}
        <a className="link" href={hrefs.claim}>
          Bezahlt, aber kein Zugang?
        </a>
      </p>
    </>
  )
}

/** The sentence after a correction. While the payment is under way no letter had a link that could have ended. */
function movedTo({ payment, emailMasked }: OrderAnswer): string {
  const to = emailMasked ?? 'die neue'
  return payment === 'paid'
    ? `Bestätigung und Link gehen jetzt an ${to}. Der alte Link gilt nicht mehr.`
    : `Alles zu dieser Bestellung geht jetzt an ${to}. Sobald die Zahlung da ist, kommt dort auch dein Link an.`
}

type FormFacts = Omit<Parameters<typeof AddressForm>[0], 'button'>

/** For an order without a usable address: asks the buyer for one, so that the access can open. */
function MissingAddress(form: FormFacts) {
  return (
    <section className="mt-8" aria-labelledby="adresse">
      <h2 id="adresse">Uns fehlt deine Adresse.</h2>
      <p className="mt-2">Sobald sie da ist, öffnet sich dein Zugang, und Bestätigung und Link kommen per Mail.</p>
      <AddressForm {...form} button="Zugang öffnen" />
    </section>
  )
}

/** The form to correct the address: open when the mail came back, else folded for buyers who notice a mistake. */
function WrongAddress({ isOpen, isPaid, ...form }: FormFacts & { isOpen: boolean; isPaid: boolean }) {
  return (
    <details className="mt-6" open={isOpen}>
      <summary className="font-bold">Adresse vertippt? Hier berichtigen</summary>
      <p className="mt-3">
        {isPaid
          ? 'Der Link in der ersten Mail gilt dann nicht mehr.'
          : 'Alles zu dieser Bestellung geht dann an die neue.'}{' '}
        An die alte Adresse schreiben wir nur noch, dass sie entfernt wurde.
      </p>
      <AddressForm {...form} button="Adresse ändern" />
    </details>
  )
}

function NextStep({
  status,
  lost,
  loggedIn,
  hrefs,
}: {
  status: OrderAnswer
  /** The mail with the link did not arrive and will not. */
  lost: boolean
  loggedIn: boolean
  hrefs: OrderStatusProps['hrefs']
}) {
  if (loggedIn)
    return (
      <a className="button button-primary button-large mt-8" href={hrefs.workshop}>
        Weiter in der Werkstatt
      </a>
    )
  if (status.mayLogIn)
    return (
      <>
        <p className="lead mt-4">
          Du kannst gleich anfangen.{' '}
          {lost ? 'In diesem Browser bist du dann drin.' : 'Für später liegt dein Link in der Mail.'}
        </p>
        <StartButton action={hrefs.checkout} next={hrefs.workshop} />
        {lost && <LostMail status={status} claim={hrefs.claim} />}
      </>
    )
  if (lost) return <LostMail status={status} claim={hrefs.claim} />
  return (
    <>
      <p className="lead mt-4">
        Deinen Link in die Werkstatt haben wir an {status.emailMasked ?? 'deine Adresse'} geschickt. Er gilt 7 Tage.
        Nichts angekommen? Schau im Spam nach oder lass dir einen neuen schicken.
      </p>
      <a className="button button-secondary mt-6" href={hrefs.login}>
        Neuen Link schicken lassen
      </a>
    </>
  )
}

/** Tells that only the letter is lost; if the address can still be corrected, the form below is open. */
function LostMail({ status, claim }: { status: OrderAnswer; claim: string }) {
  return (
    <Notice kind="error" className="mt-8" title="Unsere Mail an dich kam nicht an.">
      {status.address === 'correct' ? (
        <p>Der Grund steht auf dem Laufzettel. Stimmt die Adresse nicht, berichtige sie gleich darunter.</p>
      ) : (
        <p>
          Der Grund steht auf dem Laufzettel. Sag uns deine richtige Adresse und die Bestellnummer, dann schicken wir
          Bestätigung und Link noch einmal:{' '}
          <a className="link" href={claim}>
            Bezahlt, aber kein Zugang?
          </a>
        </p>
      )}
    </Notice>
  )
}

function Ticket({
  status,
  closed,
  mail,
  mailbox,
}: {
  status: OrderAnswer
  closed: boolean
  mail: { text: string; bad: boolean }
  mailbox: string | null
}) {
  const paid = status.payment === 'paid'
  const bad = ['failed', 'expired', 'suspended'].includes(status.payment)
  return (
    <Laufzettel
      title="Laufzettel"
      number={status.number ? `Bestellung ${status.number}` : null}
      tone={paid ? 'done' : bad ? 'bad' : 'open'}
      stamp={
        paid && status.paidAt ? (
          <Stamp>Bezahlt {timeOfDay(status.paidAt)}</Stamp>
        ) : (
          <Stamp tone={bad ? 'red' : 'open'}>
            {bad ? 'nicht bezahlt' : status.payment === 'refunded' ? 'erstattet' : 'in Arbeit'}
          </Stamp>
        )
      }
      rows={[
        { label: 'Betrag', value: money(status.amountTotal, status.currency), mono: true },
        { label: 'Zugang', value: status.access ? 'offen' : closed ? 'zu' : 'noch zu' },
        ...(paid || status.letter
          ? [{ label: 'Mail', value: <span className={mail.bad ? 'font-bold text-red' : undefined}>{mail.text}</span> }]
          : []),
      ]}
      stub={
        mailbox && status.letter ? (
          <p>
            Probebetrieb: Deine Mail liegt im{' '}
            <a className="link" href={mailbox}>
              nachgebauten Postfach
            </a>
            .
          </p>
        ) : undefined
      }
    />
  )
}

function Unknown({
  hasSession,
  loggedIn,
  hrefs,
}: {
  hasSession: boolean
  loggedIn: boolean
  hrefs: OrderStatusProps['hrefs']
}) {
  return (
    <>
      <h1>{hasSession ? 'Diese Bestellung sehen wir hier nicht.' : 'Hier fehlt die Bestellung.'}</h1>
      <p className="lead mt-4">
        {hasSession
          ? 'Gezeigt wird sie nur in dem Browser, in dem du bestellt hast, und nur eine Stunde lang. Hast du bezahlt, dann kommen Bestätigung und Link per Mail; du musst nichts noch einmal bezahlen.'
          : 'Diese Seite zeigt eine Bestellung, gleich nachdem du sie bezahlt hast. Mit deiner Adresse kommst du jederzeit in die Werkstatt.'}
      </p>
      <a className="button button-primary mt-8" href={loggedIn ? hrefs.workshop : hrefs.login}>
        {loggedIn ? 'Weiter in der Werkstatt' : 'Mit deiner Adresse anmelden'}
      </a>
      <p className="mt-6">
        <a className="link" href={hrefs.claim}>
          Bezahlt, aber kein Zugang?
        </a>
      </p>
    </>
  )
}
