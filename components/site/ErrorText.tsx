'use client'

import { RotateCcw } from 'lucide'
import { useEffect, useRef, useState } from 'react'
import { isMissingPart } from '#browser/kit/loadPart.ts'
import { askServer, mayReload, reloadFor } from '#browser/kit/newVersion.ts'
import { Icon } from '#components/ui/Icon.tsx'

type Cause = 'ours' | 'asking' | 'offline' | 'newVersion' | 'notYet'

const words: Record<Cause, { title: string; text: string }> = {
  ours: {
    title: 'Hier ist etwas gebrochen.',
    text: 'Der Fehler liegt bei uns. Dein Fortschritt und deine Bestellungen sind gespeichert. Versuch es gleich noch einmal; bleibt es so, schreib uns.',
  },
  asking: { title: 'Einen Augenblick.', text: 'Ein Teil der Seite fehlt. Wir sehen nach, woran es liegt.' },
  offline: {
    title: 'Die Verbindung ist weg.',
    text: 'Ein Teil der Seite ließ sich nicht laden. Verloren ist nichts. Prüfe dein Netz und versuche es noch einmal.',
  },
  newVersion: {
    title: 'Es gibt eine neue Fassung.',
    text: 'Die Seite lädt neu. Was du gesehen und geschrieben hast, ist gesichert.',
  },
  notYet: {
    title: 'Die neue Fassung ist noch nicht ganz da.',
    text: 'Was du gesehen und geschrieben hast, ist gesichert. Versuche es in ein paar Minuten noch einmal.',
  },
}

/** Why the page broke: our fault, or one of its files could not be loaded; then it reloads, once by itself. */
function useCause(error: Error): Cause {
  const missing = isMissingPart(error)
  const [cause, setCause] = useState<Cause>(missing ? 'asking' : 'ours')
  useEffect(() => {
    if (!missing) return
    void askServer().then((server) => {
      if (server.kind !== 'newer') return setCause(server.kind === 'offline' ? 'offline' : 'ours')
      const may = mayReload(server.build)
      setCause(may ? 'newVersion' : 'notYet')
      if (may) reloadFor(server.build)
    })
  }, [missing])
  return cause
}

interface ErrorTextProps {
  error: Error & { digest?: string }
  retry: () => void
}

export function ErrorText({ error, retry }: ErrorTextProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const cause = useCause(error)
  return (
    <div className="column page">
      <div role="status">
        <h1 ref={heading} tabIndex={-1} className="outline-none">
          {words[cause].title}
        </h1>
        <p className="lead mt-4">{words[cause].text}</p>
      </div>
      {error.digest && (
        <p className="mt-3">
          Nenne dann diese Nummer: <span className="measure">{error.digest}</span>
        </p>
      )}
      <div className="mt-8 flex flex-wrap gap-4">
        <button
          type="button"
          className="button button-primary"
          // After a missing file only a reload helps.
          onClick={() => (cause === 'ours' && !isMissingPart(error) ? retry() : window.location.reload())}
        >
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
