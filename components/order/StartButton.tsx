'use client'

import { type FormEvent, useState } from 'react'
import { postJson, type Refusal } from '#browser/kit/callApi.ts'
import { Notice } from '#components/ui/Notice.tsx'

/** Spends the checkout cookie of this browser: once, within an hour, for the account this purchase made. */
export function StartButton({ action, next }: { action: string; next: string }) {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)

  async function start(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    const answer = await postJson(action)
    if (answer.ok) window.location.assign(next)
    else {
      setRefusal(answer.refusal)
      setBusy(false)
    }
  }

  return (
    <form method="post" action={action} onSubmit={start} className="mt-6">
      <button type="submit" className="button button-primary button-large" aria-disabled={busy}>
        Jetzt loslegen
      </button>
      <div role="alert">
        {refusal && (
          <Notice kind="error" className="mt-6" title="Das ging gerade nicht.">
            <p>{refusal.message} Der Link in deiner Mail geht immer.</p>
          </Notice>
        )}
      </div>
    </form>
  )
}
