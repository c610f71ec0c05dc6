'use client'

import { Download, WifiOff } from 'lucide'
import { useEffect, useState } from 'react'
import { canKeep, keepNow, keptAt } from '#browser/offline/keeper.ts'
import { SHELL_PATH } from '#browser/offline/offlineNames.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { timeOrDate } from '#domain/calendar/germanWords.ts'

/** Chrome's and Edge's event for installing; other browsers have it in their menu. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>
}

type State = 'looking' | 'cannot' | 'idle' | 'busy' | 'failed'

/** Tells what this device keeps for offline reading, with buttons to update it and to install the site. */
export function OfflineCard({ learnerId }: { learnerId: string }) {
  const [state, setState] = useState<State>('looking')
  const [at, setAt] = useState<number | null>(null)
  const [install, setInstall] = useState<InstallPrompt | null>(null)

  useEffect(() => {
    setState(canKeep() ? 'idle' : 'cannot')
    setAt(keptAt(learnerId))
    const offer = (event: Event) => {
      event.preventDefault()
      setInstall(event as InstallPrompt)
    }
    window.addEventListener('beforeinstallprompt', offer)
    return () => window.removeEventListener('beforeinstallprompt', offer)
  }, [learnerId])

  async function keep() {
    if (state === 'busy') return
    setState('busy')
    const ok = await keepNow(learnerId)
    setState(ok ? 'idle' : 'failed')
    setAt(keptAt(learnerId))
  }

  return (
    <div className="card mt-4 p-5">
      <p>
        Texte, Mitschriften, Notizen und dein Plan lassen sich ohne Netz lesen, auch im Zug. Filme brauchen eine
        Verbindung.
      </p>
      <p className="label mt-3" role="status">
        {state === 'cannot'
          ? 'Dieser Browser kann nichts für unterwegs aufheben.'
          : state === 'failed'
            ? 'Das ging gerade nicht. Prüfe die Verbindung und versuche es noch einmal.'
            : at
              ? `Auf diesem Gerät: Stand ${timeOrDate(new Date(at), new Date())}.`
              : state === 'looking'
                ? ''
                : 'Auf diesem Gerät liegt noch nichts.'}
      </p>
      {state !== 'cannot' && (
        <div className="mt-4 flex flex-wrap items-center gap-3">
          <button type="button" className="button button-secondary" onClick={keep} aria-disabled={state === 'busy'}>
            <Icon of={Download} size={20} />
            {state === 'busy'
              ? 'Wird mitgenommen …'
              : at
                ? 'Auf den neuesten Stand bringen'
                : 'Für unterwegs mitnehmen'}
          </button>
          {install && (
            <button type="button" className="button button-quiet min-h-12" onClick={() => void install.prompt()}>
              Als App installieren
            </button>
          )}
          {at && (
            <a className="link inline-flex items-center gap-2" href={SHELL_PATH}>
              <Icon of={WifiOff} size={18} />
              So sieht es ohne Netz aus
            </a>
          )}
        </div>
      )}
    </div>
  )
}
