'use client'

import { useState, useSyncExternalStore } from 'react'
import { postJson } from '#browser/kit/callApi.ts'
import { askedAddress } from '#browser/login/askedAddress.ts'
import { CodeForm } from '#components/auth/CodeForm.tsx'
import { FieldError } from '#components/ui/FieldError.tsx'

interface CodeStepProps {
  next: string | null
  refused: string | null
  hrefs: { send: string; verify: string; login: string }
}

/** „m•••@gmx.de“, because others may see the screen. */
const masked = (email: string) => email.replace(/^(.).*@/u, '$1•••@')

const unchanging = () => () => {}

/** The second step of a login, with a URL of its own, so that people find it again after reading their mail. */
export function CodeStep({ next, refused, hrefs }: CodeStepProps) {
  const email = useSyncExternalStore(unchanging, askedAddress, () => null)
  return (
    <>
      {/* The address is in the sentence below, because in the heading it was broken in the middle on phones. */}
      <h1>Schau in dein Postfach.</h1>
      <p className="lead mt-4">
        Ein Link und ein Code sind {email ? <AskedFor email={email} /> : ''}unterwegs. Beide gelten 15 Minuten. Nichts
        angekommen? Schau im Spam nach{email ? ' oder lass sie noch einmal schicken.' : '.'} Der Code geht nur in diesem
        Browser, der Link überall.
      </p>
      <CodeForm action={hrefs.verify} next={next} refused={refused} />
      {email ? (
        <SendAgain email={email} next={next} action={hrefs.send} login={hrefs.login} />
      ) : (
        <a className="button button-quiet mt-8" href={hrefs.login}>
          Neuen Link schicken
        </a>
      )}
    </>
  )
}

const AskedFor = ({ email }: { email: string }) => (
  <>
    an <strong className="break-words">{masked(email)}</strong>{' '}
  </>
)

/** What to do when no letter comes. The result is shown below both buttons, so that neither moves. */
function SendAgain(props: { email: string; next: string | null; action: string; login: string }) {
  const { email, next, action, login } = props
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
    <div className="mt-8">
      <div className="flex flex-wrap gap-3">
        <button type="button" className="button button-quiet" aria-disabled={state === 'busy'} onClick={send}>
          Noch einmal schicken
        </button>
        <a className="button button-quiet" href={login}>
          Andere Adresse
        </a>
      </div>
      <p role="status" className={state === 'sent' ? 'mt-3' : ''}>
        {state === 'sent' ? 'Noch einmal geschickt. Es gilt die neueste Mail.' : ''}
      </p>
      <div role="alert">
        <FieldError id="nochmal-fehler" text={error ?? undefined} />
      </div>
    </div>
  )
}
