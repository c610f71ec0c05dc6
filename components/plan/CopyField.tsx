'use client'

import { useEffect, useRef, useState } from 'react'

const SHOWN_MS = 2_500

/** A read-only address: selected as a whole when the field gets the focus, copied by its button. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [ready, setReady] = useState(false)
  const [copied, setCopied] = useState<boolean | null>(null)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => setReady(true), [])

  async function copy() {
    // Refused without https: the selected text can still be copied by hand.
    const done = await Promise.resolve(navigator.clipboard?.writeText(value)).then(
      () => navigator.clipboard !== undefined,
      () => false,
    )
    field.current?.select()
    setCopied(done)
    setTimeout(() => setCopied(null), SHOWN_MS)
  }

  return (
    <div className="field">
      <label htmlFor="kalenderadresse">{label}</label>
      <div className="copy-field">
        <input
          ref={field}
          id="kalenderadresse"
          className="input measure"
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
        />
        {ready && (
          <button type="button" className="button button-secondary" onClick={copy}>
            Kopieren
          </button>
        )}
      </div>
      <p role="status" className="field-hint">
        {copied === true && 'Kopiert.'}
        {copied === false && 'Dein Browser lässt uns nicht. Der Text ist markiert: Kopier ihn von Hand.'}
      </p>
    </div>
  )
}
