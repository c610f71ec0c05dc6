'use client'

import { type RefObject, useId, useRef, useState } from 'react'
import { suggestEmail } from '#browser/order/emailTypo.ts'
import { FieldError } from '#components/ui/FieldError.tsx'

interface EmailFieldProps {
  /** The initial text. The field is uncontrolled; its form reads it as `email`. */
  defaultValue?: string
  error: string | undefined
  hint?: string
  inputRef?: RefObject<HTMLInputElement | null>
}

/** The address field, with a hint for usual typing mistakes. Nothing is corrected without a click. */
export function EmailField({ defaultValue, error, hint, inputRef }: EmailFieldProps) {
  const own = useRef<HTMLInputElement>(null)
  const field = inputRef ?? own
  const [suggestion, setSuggestion] = useState<string | null>(null)
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>Deine E-Mail-Adresse</label>
      <input
        ref={field}
        id={id}
        className="input"
        type="email"
        name="email"
        required
        maxLength={254}
        autoComplete="email"
        inputMode="email"
        spellCheck={false}
        autoCapitalize="none"
        defaultValue={defaultValue}
        onBlur={(event) => setSuggestion(suggestEmail(event.target.value))}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
      />
      <div role="alert">
        <FieldError id={`${id}-error`} text={error} />
      </div>
      <div role="status">
        {suggestion && (
          <p className="mt-2">
            Meinst du{' '}
            <button
              type="button"
              className="link min-h-6 cursor-pointer font-bold underline"
              onClick={() => {
                if (field.current) field.current.value = suggestion
                setSuggestion(null)
              }}
            >
              {suggestion}
            </button>
            ?
          </p>
        )}
      </div>
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
