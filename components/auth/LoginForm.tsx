'use client'

import { type FormEvent, useEffect, useState } from 'react'
import { postJson } from '#browser/kit/callApi.ts'
import { rememberAddress } from '#browser/login/askedAddress.ts'
import { EmailField } from '#components/order/EmailField.tsx'

interface LoginFormProps {
  next: string | null
  refused: string | null
  /** What stood in a form that was refused without scripts. */
  typed: string | undefined
  hrefs: { send: string; code: string; claim: string }
}

/**
 * The address; the code step follows on a page of its own. The answer is the same whether the address is known or not.
 */
export function LoginForm({ next, refused, typed, hrefs }: LoginFormProps) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(refused)
  // After „Back“ from the code step the browser shows the page as it was left, with its button disabled.
  useEffect(() => {
    const back = () => setBusy(false)
    window.addEventListener('pageshow', back)
    return () => window.removeEventListener('pageshow', back)
  }, [])

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const email = String(new FormData(event.currentTarget).get('email') ?? '').trim()
    setBusy(true)
    const answer = await postJson(hrefs.send, { email, ...(next && { next }) })
    if (answer.ok) {
      rememberAddress(email)
      window.location.assign(hrefs.code)
      return
    }
    setBusy(false)
    setError(answer.refusal.fields?.email ?? answer.refusal.message)
  }

  return (
    <>
      <form method="post" action={hrefs.send} onSubmit={send} className="mt-4">
        <p className="lead mb-8">
          Gib die Adresse an, mit der du bestellt hast. Du bekommst einen Link und einen Code. Ein Passwort gibt es
          nicht.
        </p>
        {next && <input type="hidden" name="next" value={next} />}
        <EmailField defaultValue={typed} error={error ?? undefined} />
        <button type="submit" className="button button-primary mt-6" aria-disabled={busy}>
          {busy ? 'Wird geschickt …' : 'Link schicken'}
        </button>
      </form>
      <ul className="mt-8">
        <li>
          <a className="link" href={hrefs.code}>
            Ich habe schon einen Code
          </a>
        </li>
        <li className="mt-3">
          <a className="link" href={hrefs.claim}>
            Bezahlt, aber kein Zugang?
          </a>
        </li>
      </ul>
    </>
  )
}
