'use client'

import { type FormEvent, useState } from 'react'
import { postJson } from '#browser/kit/callApi.ts'
import { FieldError } from '#components/ui/FieldError.tsx'

interface NameFormProps {
  name: string
  action: string
  /** From a form without scripts. */
  refused?: string | null
  saved?: boolean
}

/** What the learner wants to be called; it stands on the Teilnahmebestätigung unless another is chosen there. */
export function NameForm({ name, action, refused, saved }: NameFormProps) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(refused ?? null)
  const [said, setSaid] = useState(saved ? 'Gesichert.' : '')

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setSaid('')
    const answer = await postJson(action, { name: String(new FormData(event.currentTarget).get('name') ?? '') })
    setBusy(false)
    setError(answer.ok ? null : (answer.refusal.fields?.name ?? answer.refusal.message))
    if (answer.ok) setSaid('Gesichert.')
  }

  return (
    <form method="post" action={action} onSubmit={send} className="mt-4">
      <div className="field">
        <label htmlFor="name">Dein Name</label>
        <div className="flex flex-wrap gap-3">
          <input
            id="name"
            name="name"
            defaultValue={name}
            maxLength={80}
            autoComplete="name"
            className="input max-w-96 flex-1 basis-56"
            aria-invalid={error !== null}
            aria-describedby="name-hinweis name-fehler"
          />
          <button type="submit" className="button button-secondary" aria-disabled={busy}>
            {busy ? 'Wird gesichert …' : 'Sichern'}
          </button>
        </div>
        <FieldError id="name-fehler" text={error ?? undefined} />
        <p id="name-hinweis" className="field-hint">
          Er steht auf deiner Teilnahmebestätigung, wenn du dort keinen anderen wählst. Das Feld darf leer bleiben.
        </p>
      </div>
      <p role="status" className="text-green">
        {said}
      </p>
    </form>
  )
}
