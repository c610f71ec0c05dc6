'use client'

import { RotateCcw } from 'lucide'
import { useEffect, useRef } from 'react'
import { Icon } from '#components/ui/Icon.tsx'

export function ErrorText({ id, retry }: { id?: string; retry: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <div className="column page">
      <h1 ref={heading} tabIndex={-1} className="outline-none">
        Hier ist etwas gebrochen.
      </h1>
      <p className="lead mt-4">
        Der Fehler liegt bei uns. Dein Fortschritt und deine Bestellungen sind gespeichert. Versuch es gleich noch
        einmal; bleibt es so, schreib uns.
      </p>
      {id && (
        <p className="mt-3">
          Nenne dann diese Nummer: <span className="measure">{id}</span>
        </p>
      )}
      <div className="mt-8 flex flex-wrap gap-4">
        <button type="button" className="button button-primary" onClick={retry}>
          <Icon of={RotateCcw} size={20} />
          Noch einmal versuchen
        </button>
        <a className="button button-secondary" href="/">
          Zur Startseite
        </a>
      </div>
    </div>
  )
}
