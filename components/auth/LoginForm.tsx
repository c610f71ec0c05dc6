'use client'

import { type FormEvent, useEffect, useRef, useState } from 'react'
import { CodeForm } from '#components/auth/CodeForm.tsx'
import { InboxHint } from '#components/auth/InboxHint.tsx'
import { EmailField } from '#components/order/EmailField.tsx'
import { postJson } from '#components/ui/api.ts'
import { FieldError } from '#components/ui/FieldError.tsx'

interface LoginFormProps {
  next: string | null
  refused: string | null
  hrefs: { send: string; verify: string; claim: string; inbox: string | null }
}

/** „m•••@gmx.de“ in the browser, for a page somebody may look at over a shoulder. */
const masked = (email: string) => email.replace(/^(.).*@/, '$1•••@')

/** First the address, then, in the same browser, the code. The answer is the same whether the address is known or not. */
export function LoginForm({ next, refused, hrefs }: LoginFormProps) {
  const [email, setEmail] = useState('')
  const [sentTo, setSentTo] = useState<string | null>(null)
  const [again, setAgain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(refused)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (sentTo) heading.current?.focus()
  }, [sentTo])

  async function send(event?: FormEvent) {
    event?.preventDefault()
    if (busy) return
    setBusy(true)
    const answer = await postJson(hrefs.send, { email: email.trim(), ...(next && { next }) })
    setBusy(false)
    setError(answer.ok ? null : (answer.refusal.fields?.email ?? answer.refusal.message))
    if (!answer.ok) return
    setAgain(sentTo !== null)
    setSentTo(email.trim())
  }

  if (sentTo)
    return (
      <div className="mt-8">
        <h2 ref={heading} tabIndex={-1} className="text-2xl outline-none">
          Link an {masked(sentTo)} geschickt.
        </h2>
        <p className="mt-3">
          Er gilt 15 Minuten. Nichts angekommen? Schau im Spam nach oder lass ihn noch einmal schicken. Oder gib hier
          den Code aus der Mail ein:
        </p>
        <CodeForm action={hrefs.verify} next={next} refused={null} />
        <div className="mt-8 flex flex-wrap gap-3">
          <button type="button" className="button button-quiet" aria-disabled={busy} onClick={() => send()}>
            Noch einmal schicken
          </button>
          <button type="button" className="button button-quiet" onClick={() => setSentTo(null)}>
            Andere Adresse
          </button>
        </div>
        <p role="status" className="mt-3">
          {again && !error ? 'Noch einmal geschickt. Es gilt die neueste Mail.' : ''}
        </p>
        <div role="alert">
          <FieldError id="nochmal-fehler" text={error ?? undefined} />
        </div>
        <ClaimHint href={hrefs.claim} />
        <InboxHint href={hrefs.inbox} />
      </div>
    )
  return (
    <>
      <AddressForm {...{ next, action: hrefs.send, email, setEmail, busy, error, send }} />
      <ClaimHint href={hrefs.claim} />
    </>
  )
}

function ClaimHint({ href }: { href: string }) {
  return (
    <p className="mt-8">
      <a className="link" href={href}>
        Bezahlt, aber kein Zugang?
      </a>
    </p>
  )
}

interface AddressFormProps {
  next: string | null
  action: string
  email: string
  setEmail: (email: string) => void
  busy: boolean
  error: string | null
  send: (event: FormEvent) => void
}

function AddressForm({ next, action, email, setEmail, busy, error, send }: AddressFormProps) {
  return (
    <form method="post" action={action} onSubmit={send} className="mt-4">
      <p className="lead mb-8">
        Gib die Adresse an, mit der du bestellt hast. Du bekommst einen Link und einen Code. Ein Passwort gibt es nicht.
      </p>
      {next && <input type="hidden" name="next" value={next} />}
      <EmailField value={email} onChange={setEmail} error={error ?? undefined} />
      <button type="submit" className="button button-primary mt-6" aria-disabled={busy}>
        {busy ? 'Wird geschickt …' : 'Link schicken'}
      </button>
    </form>
  )
}
