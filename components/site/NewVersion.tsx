'use client'

import { RotateCcw } from 'lucide'
import { useEffect, useState } from 'react'
import { mayReload, type NewVersionNews, onNewVersion, reloadFor } from '#browser/kit/newVersion.ts'
import { Icon } from '#components/ui/Icon.tsx'

/** Time to read why the page is about to reload. */
const READ_MS = 3_000

type Shown = NewVersionNews & { how: 'soon' | 'offer' | 'notYet' }

const KEPT = 'Was du gesehen und geschrieben hast, ist gesichert.'
const words = {
  soon: { title: 'Es gibt eine neue Fassung.', text: 'Die Seite lädt gleich neu.', button: 'Jetzt laden' },
  offer: { title: 'Es gibt eine neue Fassung.', text: 'Lade die Seite neu, wenn es dir passt.', button: 'Neu laden' },
  notYet: {
    title: 'Die neue Fassung ist noch nicht ganz da.',
    text: 'Versuche es in ein paar Minuten noch einmal.',
    button: 'Noch einmal laden',
  },
} as const

/** On every page: tells that it is older than our server, and reloads it, once by itself. */
export function NewVersion() {
  const [shown, setShown] = useState<Shown | null>(null)
  useEffect(
    () =>
      onNewVersion((news) =>
        setShown({ ...news, how: mayReload(news.build) ? (news.calm ? 'offer' : 'soon') : 'notYet' }),
      ),
    [],
  )
  useEffect(() => {
    if (shown?.how !== 'soon') return
    const timer = setTimeout(() => reloadFor(shown.build), READ_MS)
    return () => clearTimeout(timer)
  }, [shown])
  return (
    <div role="alert" className="new-version">
      {shown && (
        <div className="new-version-card">
          <Icon of={RotateCcw} size={22} />
          <div>
            <p className="font-bold">{words[shown.how].title}</p>
            <p>
              {words[shown.how].text} {KEPT}
            </p>
            <p className="new-version-steps">
              <button type="button" className="button button-primary" onClick={() => reloadFor(shown.build)}>
                {words[shown.how].button}
              </button>
              {shown.how !== 'soon' && (
                <button type="button" className="button button-quiet" onClick={() => setShown(null)}>
                  Später
                </button>
              )}
            </p>
          </div>
        </div>
      )}
    </div>
  )
}
