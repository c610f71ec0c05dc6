'use client'

import { useState, useSyncExternalStore } from 'react'
import { postJson } from '#browser/kit/callApi.ts'
import { askedAddress } from '#components/auth/askedAddress.ts'
import { CodeForm } from '#components/auth/CodeForm.tsx'
import { FieldError } from '#components/ui/FieldError.tsx'

interface CodeStepProps {
  next: string | null
  refused: string | null
  hrefs: { send: string; verify: string; login: string }
}

/** „m•••@gmx.de“ in the browser, for a page somebody may look at over a shoulder. */
const masked = (email: string) => email.replace(/^(.).*@/u, '$1•••@')

const unchanging = () => () => {}

/** The second step of a login, at an address of its own: whoever reads their mail elsewhere finds it again. */
export function CodeStep({ next, refused, hrefs }: CodeStepProps) {
  const email = useSyncExternalStore(unchanging, askedAddress, () => null)
  return (
    <>
      <h1>{email ? `Link an ${masked(email)} geschickt.` : 'Schau in dein Postfach.'}</h1>
      <p className="lead mt-4">
        Ein Link und ein Code sind unterwegs. Beide gelten 15 Minuten. Nichts angekommen? Schau im Spam nach
        {email ? ' oder lass sie noch einmal schicken.' : '.'} Der Code geht nur in diesem Browser, der Link überall.
      </p>
      <CodeForm action={hrefs.verify} next={next} refused={refused} />
      <div className="mt-8 flex flex-wrap items-start gap-3">
        {email && <SendAgain email={email} next={next} action={hrefs.send} />}
        <a className="button button-quiet" href={hrefs.login}>
          {email ? 'Andere Adresse' : 'Neuen Link schicken'}
        </a>
      </div>
    </>
  )
}

function SendAgain({ email, next, action }: { email: string; next: string | null; action: string }) {
  const [state, setState] = useState<'idle' | 'busy' | 'sent'>('idle')
  const [error, setError] = useState<string | null>(null)

  async function send() {
    if (state === 'busy') return
    setState('busy')
    const answer = await postJson(action, { email, ...(next && { next }) })
    setState(answer.ok ? 'sent' : 'idle')
    setError(answer.ok ? null : (answer.refusal.fields?.email ?? answer.refusal.message))
  }

  return (
    <div>
      <button type="button" className="button button-quiet" aria-disabled={state === 'busy'} onClick={send}>
        Noch einmal schicken
      </button>
      <p role="status" className={state === 'sent' ? 'mt-3' : ''}>
        {state === 'sent' ? 'Noch einmal geschickt. Es gilt die neueste Mail.' : ''}
      </p>
      <div role="alert">
        <FieldError id="nochmal-fehler" text={error ?? undefined} />
      </div>
    </div>
  )
}
