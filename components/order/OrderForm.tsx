'use client'

import { type FormEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { postJson, type Refusal } from '#browser/kit/callApi.ts'
import { keepOrder, restoreOrder } from '#browser/order/keptOrder.ts'
import { Laufzettel } from '#components/Laufzettel.tsx'
import { EmailField } from '#components/order/EmailField.tsx'
import { Notice } from '#components/ui/Notice.tsx'

interface OrderFormProps {
  /** Made with the page, so that a double click opens one checkout. */
  attemptId: string
  action: string
  cancelUrl: string
  email: string
  /** Ticked in a form that was refused without scripts; never by us. */
  ticked: { startNow: boolean; acknowledgesLoss: boolean }
  consent: { version: string; startNow: string; acknowledgesLoss: string }
  price: { amount: number; currency: string } | null
  priceText: string | null
  tax: string
  rows: { label: string; value: string }[]
}

type State = { kind: 'idle' } | { kind: 'sending' } | { kind: 'refused'; refusal: Refusal }

/**
 * The order form in the sequence that the law demands: address, legal texts, both declarations unticked, then the
 * summary directly above the one button (§ 312j Abs. 2, 3 BGB). Works without JavaScript.
 */
export function OrderForm(props: OrderFormProps) {
  const problem = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const form = useRef<HTMLFormElement>(null)
  useLayoutEffect(() => {
    if (form.current) restoreOrder(form.current)
  }, [])
  const { send, isSending, refusal } = useSending(props, (refused) =>
    requestAnimationFrame(() => (refused.fields?.email ? field : problem).current?.focus()),
  )
  const emailError = refusal?.fields?.email

  return (
    <form
      ref={form}
      method="post"
      action={props.action}
      onSubmit={send}
      onInput={(event) => keepOrder(event.currentTarget)}
      className="mt-8"
    >
      <input type="hidden" name="productType" value="kurs" />
      <input type="hidden" name="attemptId" value={props.attemptId} />
      <input type="hidden" name="cancelUrl" value={props.cancelUrl} />
      {props.price && <input type="hidden" name="shownAmount" value={props.price.amount} />}

      <EmailField
        inputRef={field}
        defaultValue={props.email}
        error={emailError}
        hint="Hierhin kommen deine Bestätigung und dein Link in die Werkstatt."
      />

      <Declarations consent={props.consent} ticked={props.ticked} />

      <h2 className="mt-12 mb-4 text-2xl">Deine Bestellung</h2>
      <Laufzettel
        title="Laufzettel"
        headingLevel={3}
        rows={props.rows}
        stub={
          <p className="flex flex-wrap items-baseline justify-between gap-x-6">
            <span className="font-bold">Gesamtpreis, einmalig</span>
            <span className="text-right">
              <strong className="measure text-xl">{props.priceText ?? 'wird an der Kasse angezeigt'}</strong>
              <span className="block text-muted">{props.tax}, keine Versandkosten</span>
            </span>
          </p>
        }
      />
      <button type="submit" className="button button-primary button-large mt-4 w-full" aria-disabled={isSending}>
        zahlungspflichtig bestellen
      </button>
      <p role="status" className="mt-3 text-muted">
        {isSending ? 'Die Kasse wird geöffnet …' : ''}
      </p>
      <div ref={problem} tabIndex={-1} className="mt-2 outline-none" role="alert">
        {refusal && !emailError && <Problem refusal={refusal} />}
      </div>
    </form>
  )
}

/** Sends the order once at a time and leaves for the checkout; `onRefused` is called after a refusal is shown. */
function useSending(props: OrderFormProps, onRefused: (refusal: Refusal) => void) {
  const [state, setState] = useState<State>({ kind: 'idle' })
  const attemptId = useRef(props.attemptId)

  // After „Back“ from the checkout the browser may show this page as it was left; its button must work again.
  useEffect(() => {
    const wake = (event: PageTransitionEvent) => event.persisted && setState({ kind: 'idle' })
    window.addEventListener('pageshow', wake)
    return () => window.removeEventListener('pageshow', wake)
  }, [])

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (state.kind === 'sending') return
    keepOrder(event.currentTarget)
    const typed = new FormData(event.currentTarget)
    const email = String(typed.get('email') ?? '').trim()
    setState({ kind: 'sending' })
    const answer = await postJson<{ url: string }>(props.action, {
      productType: 'kurs',
      attemptId: attemptId.current,
      cancelUrl: props.cancelUrl,
      ...(email && { email }),
      ...(props.price && { shownAmount: props.price.amount }),
      consent: {
        startNow: typed.get('consent.startNow') === 'on',
        acknowledgesLoss: typed.get('consent.acknowledgesLoss') === 'on',
      },
    })
    if (answer.ok) {
      window.location.assign(answer.value.url)
      return
    }
    // Stripe repeats a failed answer for the same idempotency key, so the next click is a new attempt.
    if (answer.refusal.code === 'payments_unavailable') attemptId.current = crypto.randomUUID()
    setState({ kind: 'refused', refusal: answer.refusal })
    onRefused(answer.refusal)
  }

  return { send, isSending: state.kind === 'sending', refusal: state.kind === 'refused' ? state.refusal : null }
}

function Declarations({ consent, ticked }: Pick<OrderFormProps, 'consent' | 'ticked'>) {
  return (
    <fieldset className="mt-10">
      <legend className="font-bold">Widerrufsrecht</legend>
      <p className="mt-1">
        Du hast 14 Tage. Kreuzt du beides an, erlischt das Recht mit der Freischaltung. Kreuzt du nichts an, bleibt es;
        dein Zugang ist in beiden Fällen gleich nach der Zahlung offen.
      </p>
      <div className="mt-3 border-y border-hair">
        <label className="check">
          <input type="checkbox" name="consent.startNow" defaultChecked={ticked.startNow} />
          <span>{consent.startNow}</span>
        </label>
        <label className="check border-t border-hair">
          <input type="checkbox" name="consent.acknowledgesLoss" defaultChecked={ticked.acknowledgesLoss} />
          <span>{consent.acknowledgesLoss}</span>
        </label>
      </div>
      <p className="mt-4">
        Es gelten unsere{' '}
        <a className="link" href="/agb" target="_blank" rel="noopener">
          AGB
        </a>{' '}
        und die{' '}
        <a className="link" href="/widerruf" target="_blank" rel="noopener">
          Widerrufsbelehrung
        </a>
        . Wie wir mit deinen Daten umgehen, steht in der{' '}
        <a className="link" href="/datenschutz" target="_blank" rel="noopener">
          Datenschutzerklärung
        </a>
        . Die Seiten öffnen in einem neuen Tab. Bis zum Klick auf den Knopf kannst du alles ändern; danach öffnet sich
        die Kasse von Stripe, und den Vertragstext bekommst du per Mail. Vertragssprache ist Deutsch.
      </p>
    </fieldset>
  )
}

function Problem({ refusal }: { refusal: Refusal }) {
  const paid = refusal.facts?.sessionId
  return (
    <Notice
      kind="error"
      title={refusal.code === 'already_owner' ? 'Du hast den Kurs schon.' : 'Das hat nicht geklappt.'}
    >
      <p>{refusal.message}</p>
      {refusal.code === 'price_changed' && (
        <p className="mt-2">
          <a className="link" href="/bestellen">
            Seite neu laden
          </a>
        </p>
      )}
      {refusal.code === 'already_owner' && (
        <p className="mt-2">
          <a className="link" href="/werkstatt">
            Weiter in der Werkstatt
          </a>
        </p>
      )}
      {refusal.code === 'conflict' && typeof paid === 'string' && (
        <p className="mt-2">
          <a className="link" href={`/kauf/danke?session_id=${encodeURIComponent(paid)}`}>
            Diese Bestellung ansehen
          </a>
        </p>
      )}
      {refusal.requestId && refusal.code === 'internal' && <p className="label mt-2">{refusal.requestId}</p>}
    </Notice>
  )
}
