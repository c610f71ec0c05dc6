'use client'

import { type FormEvent, useState } from 'react'
import { callApi, type Refusal } from '#browser/kit/callApi.ts'
import { EmailField } from '#components/order/EmailField.tsx'
import { Notice } from '#components/ui/Notice.tsx'

interface AddressFormProps {
  sessionId: string
  action: string
  claim: string
  /** Made by the server: a double click, or a lost answer sent again, is one correction. */
  formKey: string
  button: string
  /** What stood in a form that was refused without scripts. */
  typed: string | undefined
  onDone: () => void
}

/** Corrects the address once, from the browser that paid. Works without scripts. */
export function AddressForm({ sessionId, action, claim, formKey, button, typed, onDone }: AddressFormProps) {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const email = String(new FormData(event.currentTarget).get('email') ?? '').trim()
    setBusy(true)
    const answer = await callApi(action, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ email, key: formKey }),
    })
    setBusy(false)
    setRefusal(answer.ok ? null : answer.refusal)
    if (answer.ok) onDone()
  }

  const isClosed = refusal?.code === 'address_locked' || refusal?.code === 'not_found'
  return (
    <form method="post" action={action} onSubmit={send} className="mt-4">
      <input type="hidden" name="sessionId" value={sessionId} />
      <input type="hidden" name="key" value={formKey} />
      <EmailField
        defaultValue={typed}
        error={isClosed ? undefined : (refusal?.fields?.email ?? refusal?.message)}
        hint="Du kannst sie hier einmal berichtigen. Lies sie vor dem Absenden noch einmal."
      />
      <button type="submit" className="button button-secondary mt-5" aria-disabled={busy}>
        {busy ? 'Wird geändert …' : button}
      </button>
      <div role="alert">
        {isClosed && (
          <Notice kind="error" className="mt-5" title="Das ging hier nicht.">
            <p>
              {refusal?.code === 'not_found'
                ? 'Ändern lässt sie sich nur in dem Browser, in dem du bezahlt hast, und nur eine Stunde lang.'
                : refusal?.message}{' '}
              <a className="link" href={claim}>
                Bezahlt, aber kein Zugang?
              </a>
            </p>
          </Notice>
        )}
      </div>
    </form>
  )
}
