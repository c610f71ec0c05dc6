'use client'

import { type FormEvent, useState } from 'react'
import { postJson, type Refusal } from '#browser/kit/callApi.ts'
import { Notice } from '#components/ui/Notice.tsx'

type LinkFormProps = { token: string; hrefs: { send: string; verify: string; login: string; code: string } } & (
  | { kind: 'open' }
  | { kind: 'renew'; to: string }
)

/** One button: open the account with this link, or have a new one sent to the same address. */
export function LinkForm(props: LinkFormProps) {
  const { token, hrefs, kind } = props
  const [state, setState] = useState<'idle' | 'busy' | 'sent'>('idle')
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const open = kind === 'open'

  async function send(event: FormEvent) {
    event.preventDefault()
    if (state !== 'idle') return
    setState('busy')
    setRefusal(null)
    const answer = await postJson<{ next?: string | null }>(
      open ? hrefs.verify : hrefs.send,
      open ? { token } : { linkToken: token },
    )
    if (answer.ok && open) {
      // Replaces the page, so that „Back“ does not lead to the spent link.
      window.location.replace(answer.value.next ?? '/werkstatt')
      return
    }
    setState(answer.ok ? 'sent' : 'idle')
    if (!answer.ok) setRefusal(answer.refusal)
  }

  if (state === 'sent' && props.kind === 'renew')
    return (
      <Notice kind="done" className="mt-8" role="status" title={`Neuer Link an ${props.to} geschickt.`}>
        <p>Er gilt 15 Minuten. Nichts angekommen? Schau im Spam nach.</p>
        <p className="mt-2">
          Die Mail liegt auf einem anderen Gerät?{' '}
          <a className="link" href={hrefs.code}>
            Gib hier ihren Code ein
          </a>
          .
        </p>
      </Notice>
    )
  return (
    <form method="post" action={open ? hrefs.verify : hrefs.send} onSubmit={send} className="mt-8">
      <input type="hidden" name={open ? 'token' : 'linkToken'} value={token} />
      <button type="submit" className="button button-primary button-large" aria-disabled={state === 'busy'}>
        {props.kind === 'open' ? 'Jetzt anmelden' : `Neuen Link an ${props.to} schicken`}
      </button>
      <div role="alert">
        {refusal && (
          <Notice kind="error" className="mt-6" title="Das hat nicht geklappt.">
            <p>{refusal.message}</p>
            {refusal.code === 'link_unusable' && (
              <p className="mt-2">
                <a className="link" href={hrefs.login}>
                  Neuen Link anfordern
                </a>
              </p>
            )}
          </Notice>
        )}
      </div>
    </form>
  )
}
