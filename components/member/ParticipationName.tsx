'use client'

import { type FormEvent, useState } from 'react'
import { postJson } from '#browser/kit/callApi.ts'
import { FieldError } from '#components/ui/FieldError.tsx'

interface ParticipationNameProps {
  name: string
  action: string
  /** Where the page shows what was saved. */
  saved: string
  /** „Ausstellen“, or what a correction is called. */
  button: string
  /** False beside something more important. */
  primary: boolean
  hint: string
  /** From a form without scripts. */
  refused: string | null
}

/** A form for the name to be printed. It works without scripts; with them a refusal is shown beside the field. */
export function ParticipationName({ name, action, saved, button, primary, hint, refused }: ParticipationNameProps) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState(refused)

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    const answer = await postJson(action, { name: String(new FormData(event.currentTarget).get('name') ?? '') })
    if (answer.ok) return window.location.assign(saved)
    setBusy(false)
    setError(Object.values(answer.refusal.fields ?? {})[0] ?? answer.refusal.message)
  }

  return (
    <form method="post" action={action} onSubmit={send} className="mt-4">
      <div className="field">
        <label htmlFor="teilnahme-name">Name auf der Bestätigung</label>
        <div className="flex flex-wrap gap-3">
          <input
            id="teilnahme-name"
            name="name"
            defaultValue={name}
            required
            maxLength={80}
            autoComplete="name"
            className="input max-w-96 flex-1 basis-56"
            aria-invalid={error !== null}
            aria-describedby="teilnahme-hinweis teilnahme-fehler"
          />
          <button
            type="submit"
            className={`button ${primary ? 'button-primary' : 'button-secondary'}`}
            aria-disabled={busy}
          >
            {busy ? 'Einen Moment …' : button}
          </button>
        </div>
        <FieldError id="teilnahme-fehler" text={error ?? undefined} />
        <p id="teilnahme-hinweis" className="field-hint">
          {hint}
        </p>
      </div>
    </form>
  )
}
