'use client'

import { type FormEvent, useState } from 'react'
import { postJson, type Refusal } from '#browser/kit/callApi.ts'
import { Notice } from '#components/ui/Notice.tsx'

interface ConfirmMoveProps {
  token: string
  action: string
  /** Which of the two mailboxes this link went to. */
  mailbox: 'old' | 'new'
}

/** The button that agrees. Without scripts it posts and comes back to the same page. */
export function ConfirmMove({ token, action, mailbox }: ConfirmMoveProps) {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)

  async function send(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    const answer = await postJson(action, { token })
    // The reloaded page shows the result.
    if (answer.ok || answer.refusal.code === 'link_unusable') return window.location.reload()
    setBusy(false)
    setRefusal(answer.refusal)
  }

  return (
    <form method="post" action={action} onSubmit={send} className="mt-8">
      <input type="hidden" name="token" value={token} />
      <button type="submit" className="button button-primary button-large" aria-disabled={busy}>
        {busy ? 'Wird bestätigt …' : 'Umzug bestätigen'}
      </button>
      <p className="mt-5 text-muted">
        {mailbox === 'old'
          ? 'Du wolltest das nicht? Dann schließ diese Seite und melde dich im Konto überall ab. Ohne diese Bestätigung zieht nichts um.'
          : 'Du weißt von nichts? Dann schließ diese Seite; es ist nichts passiert.'}
      </p>
      <div role="alert">
        {refusal && (
          <Notice kind="error" className="mt-6" title="Das hat nicht geklappt.">
            <p>{refusal.message}</p>
          </Notice>
        )}
      </div>
    </form>
  )
}
