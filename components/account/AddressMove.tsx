'use client'

import { Check, Clock } from 'lucide'
import { type FormEvent, useState } from 'react'
import { postJson, type Refusal } from '#browser/kit/callApi.ts'
import { FieldError } from '#components/ui/FieldError.tsx'
import { Icon } from '#components/ui/Icon.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { timeOrDate } from '#domain/calendar/germanWords.ts'

export interface MoveUnderWay {
  newMasked: string
  oldAgreed: boolean
  newAgreed: boolean
  /** ISO. */
  expiresAt: string
}

interface AddressMoveProps {
  /** The account's present address. */
  address: string
  underWay: MoveUnderWay | null
  /** Made by the server: a double click is one wish. */
  formKey: string
  now: string
  /** Sentence of the refusal after a form without scripts. */
  refused?: string | null
  /** What was typed into that form. */
  typed?: string
  hrefs: { ask: string; cancel: string; account: string }
}

/** Moves the account to another address: asks, and shows which mailbox has agreed. */
export function AddressMove({ address, underWay, formKey, now, refused, typed, hrefs }: AddressMoveProps) {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [open, setOpen] = useState(Boolean(refused))

  const post = (url: string, value: () => Record<string, unknown>) => async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    const answer = await postJson(url, value())
    if (answer.ok) return window.location.assign(hrefs.account)
    setBusy(false)
    setRefusal(answer.refusal)
  }

  if (underWay)
    return (
      <div className="card mt-4 p-5">
        <p className="font-bold">Dein Konto soll zu {underWay.newMasked} umziehen.</p>
        <ul className="mt-3 grid gap-1">
          <Agreement agreed={underWay.oldAgreed} who="Bisheriges Postfach" />
          <Agreement agreed={underWay.newAgreed} who="Neues Postfach" />
        </ul>
        <p className="mt-3 text-muted">
          In beiden liegt eine Mail mit einem Knopf. Er gilt bis {timeOrDate(underWay.expiresAt, new Date(now))}. Nichts
          angekommen? Schau im Spam nach, oder brich ab und beginne neu.
        </p>
        <form method="post" action={hrefs.cancel} onSubmit={post(hrefs.cancel, () => ({}))} className="mt-4">
          <button type="submit" className="button button-quiet" aria-disabled={busy}>
            Umzug abbrechen
          </button>
        </form>
        <Failure refusal={refusal} />
      </div>
    )
  return (
    <details className="mt-4" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="link inline-block min-h-6 underline underline-offset-4">Adresse ändern</summary>
      <form
        method="post"
        action={hrefs.ask}
        onSubmit={(event) => {
          const email = String(new FormData(event.currentTarget).get('email') ?? '').trim()
          return post(hrefs.ask, () => ({ email, key: formKey }))(event)
        }}
        className="mt-4"
      >
        <input type="hidden" name="key" value={formKey} />
        <div className="field">
          <label htmlFor="neue-adresse">Deine neue E-Mail-Adresse</label>
          <input
            id="neue-adresse"
            name="email"
            type="email"
            required
            defaultValue={typed}
            autoComplete="email"
            className="input"
            aria-invalid={Boolean(refusal?.fields?.email ?? refused)}
            aria-describedby="neue-adresse-hinweis neue-adresse-fehler"
          />
          <FieldError id="neue-adresse-fehler" text={refusal?.fields?.email ?? refused ?? undefined} />
          <p id="neue-adresse-hinweis" className="field-hint">
            Wir fragen beide Postfächer. Erst wenn beide bestätigen, zieht dein Konto um: mit Bestellungen, Fortschritt
            und Notizen. An {address} kommst du nicht mehr heran?{' '}
            <a className="link" href="#fuss-kontakt">
              Schreib uns.
            </a>
          </p>
        </div>
        <button type="submit" className="button button-secondary mt-4" aria-disabled={busy}>
          {busy ? 'Wird gefragt …' : 'Beide Postfächer fragen'}
        </button>
      </form>
      <Failure refusal={refusal?.fields ? null : refusal} />
    </details>
  )
}

function Agreement({ agreed, who }: { agreed: boolean; who: string }) {
  return (
    <li className="flex items-center gap-2">
      <Icon of={agreed ? Check : Clock} size={18} className={agreed ? 'text-green' : 'text-muted'} />
      {who}: {agreed ? 'bestätigt' : 'noch nicht'}
    </li>
  )
}

function Failure({ refusal }: { refusal: Refusal | null }) {
  return (
    <div role="alert">
      {refusal && (
        <Notice kind="error" className="mt-4" title="Das hat nicht geklappt.">
          <p>{refusal.message}</p>
        </Notice>
      )}
    </div>
  )
}
