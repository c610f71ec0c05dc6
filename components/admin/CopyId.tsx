'use client'

import { Check, Copy } from 'lucide'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '#components/ui/Icon.tsx'

const SHOWN_MS = 2_000

/** An id: selected as a whole by a click, copied by its button, plain text without JavaScript. */
export function CopyId({ label, value }: { label: string; value: string }) {
  const [ready, setReady] = useState(false)
  const [copied, setCopied] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    setReady(true)
    return () => clearTimeout(timer.current)
  }, [])
  async function copy() {
    // Refused without https or focus: the text can still be selected by hand.
    const done = await navigator.clipboard.writeText(value).then(
      () => true,
      () => false,
    )
    if (!done) return
    setCopied(true)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setCopied(false), SHOWN_MS)
  }
  return (
    <span className="copy-id">
      <span className="copy-label">{label}</span>
      <span className="mono copy-value" title={value}>
        {value}
      </span>
      {ready && (
        <button type="button" onClick={copy} aria-label={`${label} kopieren`} title="Kopieren">
          <Icon of={copied ? Check : Copy} size={14} />
          <span aria-hidden="true">{copied ? 'kopiert' : 'kopieren'}</span>
          <span className="sr-only" role="status">
            {copied ? 'Kopiert.' : ''}
          </span>
        </button>
      )}
    </span>
  )
}
