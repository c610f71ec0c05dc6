import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { NotNow } from '#app/_pages/NotNow.tsx'
import { orAway } from '#app/_pages/orAway.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { ConfirmMove } from '#components/account/ConfirmMove.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { type AddressChangeView, inspectAddressChange } from '#domain/access/addressChange/inspectAddressChange.ts'

export const metadata: Metadata = { title: 'Konto umziehen', robots: { index: false }, referrer: 'no-referrer' }

type Search = { token?: string; fehler?: string }

const words: Record<Exclude<AddressChangeView['state'], 'open'>, { title: string; text: string }> = {
  agreed: {
    title: 'Danke. Jetzt fehlt noch das andere Postfach.',
    text: 'Dein Konto zieht um, sobald auch dort bestätigt wurde. Bis dahin meldest du dich mit der bisherigen Adresse an.',
  },
  moved: {
    title: 'Dein Konto ist umgezogen.',
    text: 'Bestellungen, Fortschritt und Notizen sind mitgekommen. Anmelden geht ab jetzt mit der neuen Adresse.',
  },
  over: {
    title: 'Dieser Umzug gilt nicht mehr.',
    text: 'Er wurde zurückgenommen, durch einen neuen ersetzt, oder die 24 Stunden sind um. An deinem Konto hat sich nichts geändert. Im Konto kannst du ihn neu beginnen.',
  },
  unknown: {
    title: 'Diesen Link kennen wir nicht.',
    text: 'Vielleicht hat dein Mailprogramm ihn umgebrochen. Kopiere ihn ganz. An deinem Konto hat sich nichts geändert.',
  },
}

/** Opening this page changes nothing, however often a mail scanner does so: only the button agrees. */
export default async function AddressChangePage({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, search] = await Promise.all([pageCtx(), searchParams])
  const token = typeof search.token === 'string' ? search.token : ''
  const view = await orAway(inspectAddressChange(ctx, token))
  if (!view)
    return (
      <NotNow title="Noch einen Augenblick." safe="Dein Link ist nicht verbraucht." href={paths.addressChange(token)} />
    )
  const refused = refusalFor(search.fehler)
  const said = view.state === 'open' ? null : words[view.state]
  return (
    <div className="column page">
      <h1>{said?.title ?? 'Soll das Konto umziehen?'}</h1>
      {said ? (
        <p className="lead mt-4">{said.text}</p>
      ) : (
        <dl className="rows mt-8">
          <div>
            <dt>von</dt>
            <dd>{view.oldMasked}</dd>
          </div>
          <div>
            <dt>zu</dt>
            <dd>{view.newMasked}</dd>
          </div>
          <div>
            <dt>mit</dt>
            <dd>Bestellungen, Fortschritt und Notizen</dd>
          </div>
        </dl>
      )}
      {refused && view.state === 'open' && (
        <Notice kind="error" className="mt-6">
          <p>{refused}</p>
        </Notice>
      )}
      {view.state === 'open' ? (
        <ConfirmMove token={token} action={paths.api.confirmAddress()} mailbox={view.side === 'old' ? 'old' : 'new'} />
      ) : (
        <p className="mt-8">
          <a className="button button-primary" href={view.state === 'moved' ? paths.login() : paths.account()}>
            {view.state === 'moved' ? 'Mit der neuen Adresse anmelden' : 'Zum Konto'}
          </a>
        </p>
      )}
    </div>
  )
}
