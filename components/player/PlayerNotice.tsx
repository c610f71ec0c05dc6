'use client'

import { useEffect, useState } from 'react'
import { onProgressNews } from '#browser/progress/progressEvents.ts'

type Notice = 'none' | 'offline' | 'journal' | 'failing' | 'login'

const sentences: Record<Exclude<Notice, 'login'>, string> = {
  none: '',
  offline: 'Die Verbindung ist weg. Dein Fortschritt wird hier gesammelt und später übertragen.',
  failing: 'Der Server antwortet gerade nicht richtig. Dein Fortschritt wird hier gesammelt und später übertragen.',
  journal: 'Dein Fortschritt ist gesichert. In dein Konto übertragen wir ihn, sobald unsere Datenbank wieder da ist.',
}

/** One line below the film that tells where progress is kept while it cannot be saved in the account. */
export function PlayerNotice({ path }: { path: string }) {
  const [notice, setNotice] = useState<Notice>('none')
  useEffect(
    () =>
      onProgressNews((news) => {
        if (news.kind === 'kept') setNotice(news.where)
        if (news.kind === 'login') setNotice('login')
        if (news.kind === 'sent') setNotice('none')
      }),
    [],
  )
  return (
    <p className="player-notice" role="status">
      {notice === 'login' ? (
        <>
          Deine Anmeldung ist abgelaufen. Dein Fortschritt bleibt hier gesammelt.{' '}
          <a href={`/anmelden?next=${encodeURIComponent(path)}`}>Neu anmelden</a>
        </>
      ) : (
        sentences[notice]
      )}
    </p>
  )
}
