'use client'

import { type FormEvent, useId, useState } from 'react'
import { postJson } from '#browser/kit/callApi.ts'
import { forgetAddress } from '#browser/login/askedAddress.ts'
import { FieldError } from '#components/ui/FieldError.tsx'
import { normalizeCode } from '#domain/access/rules.ts'

/** Reduces a text that arrives at once (paste, drop, autofill) to its six digits; typing is left alone. */
function keepDigits(event: FormEvent<HTMLInputElement>): void {
  const { currentTarget: field, nativeEvent } = event
  if ((nativeEvent as InputEvent).isComposing) return
  const code = normalizeCode(field.value)
  if (code && /[^\d\s]/.test(field.value)) field.value = code
}

/** Six digits from the mail; pasting and „123 456“ are fine. Works only in the browser that asked. */
export function CodeForm({ action, next, refused }: { action: string; next: string | null; refused: string | null }) {
  const [error, setError] = useState(refused)
  const [busy, setBusy] = useState(false)
  const id = useId()

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const code = String(new FormData(event.currentTarget).get('code') ?? '')
    setBusy(true)
    const answer = await postJson<{ next?: string | null }>(action, { code, ...(next && { next }) })
    if (answer.ok) {
      forgetAddress()
      window.location.replace(answer.value.next ?? next ?? '/werkstatt')
      return
    }
    setBusy(false)
    setError(answer.refusal.fields?.code ?? answer.refusal.message)
  }

  return (
    <form method="post" action={action} onSubmit={send} className="mt-6">
      {next && <input type="hidden" name="next" value={next} />}
      <div className="field">
        <label htmlFor={id}>Code aus der Mail</label>
        <div className="flex flex-wrap gap-3">
          {/* No maxLength: it would cut a paste before its digits are found. */}
          <input
            id={id}
            className="input code-input"
            name="code"
            required
            inputMode="numeric"
            autoComplete="one-time-code"
            spellCheck={false}
            onInput={keepDigits}
            aria-invalid={error ? true : undefined}
            aria-describedby={error ? `${id}-error` : undefined}
          />
          <button type="submit" className="button button-primary" aria-disabled={busy}>
            Anmelden
          </button>
        </div>
        <div role="alert">
          <FieldError id={`${id}-error`} text={error ?? undefined} />
        </div>
      </div>
    </form>
  )
}
