import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, viewer } from '#app/_http/viewer.ts'
import { alreadyIn } from '#app/_pages/alreadyIn.ts'
import { NotNow } from '#app/_pages/NotNow.tsx'
import { orAway } from '#app/_pages/orAway.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { AlreadyIn } from '#components/auth/AlreadyIn.tsx'
import { LinkForm } from '#components/auth/LinkForm.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { inspectLink } from '#domain/access/inspectLink.ts'

export const metadata: Metadata = { title: 'In die Werkstatt', robots: { index: false }, referrer: 'no-referrer' }

type Search = { token?: string; fehler?: string }

/** Opening this page changes nothing, however often a mail scanner does: only the button spends the link. */
export default async function LinkPage({ searchParams }: { searchParams: Promise<Search> }) {
  const [ctx, visitor, search] = await Promise.all([pageCtx(), viewer(), searchParams])
  const token = typeof search.token === 'string' ? search.token : ''
  const link = await orAway(inspectLink(ctx, token))
  if (!link)
    return (
      <NotNow title="Noch einen Augenblick." safe="Dein Link ist nicht verbraucht." href={paths.loginLink(token)} />
    )
  const hrefs = {
    send: paths.api.magicLink(),
    verify: paths.api.verify(),
    login: paths.login(),
    code: paths.loginSent(),
  }
  const refused = refusalFor(search.fehler)
  if (link.state === 'usable')
    return (
      <div className="column page">
        <h1>Willkommen in der Werkstatt.</h1>
        <p className="lead mt-4">
          Dieser Link öffnet das Konto von <strong>{link.emailMasked}</strong>.
        </p>
        {refused && (
          <Notice kind="error" className="mt-6">
            <p>{refused}</p>
          </Notice>
        )}
        <LinkForm kind="open" token={token} hrefs={hrefs} />
        <p className="mt-6 text-muted">Nicht deine Adresse? Dann schließ diese Seite; es ist nichts passiert.</p>
      </div>
    )
  // Many use the link of the first mail again and again; where they are still logged in, they need no new one.
  if (visitor && (link.emailMasked === null || link.emailMasked === visitor.emailMasked))
    return <AlreadyIn {...alreadyIn(visitor)} />
  const words = {
    expired: { title: 'Der Link ist abgelaufen.', text: 'Das ist eine Vorsichtsmaßnahme, sonst nichts.' },
    used: { title: 'Der Link ist schon benutzt.', text: 'Jeder Link öffnet die Tür genau einmal.' },
    unknown: {
      title: 'Diesen Link kennen wir nicht.',
      text: 'Vielleicht hat dein Mailprogramm ihn umgebrochen. Kopiere ihn ganz, oder lass dir einen neuen schicken.',
    },
  }[link.state]
  return (
    <div className="column page">
      <h1>{words.title}</h1>
      <p className="lead mt-4">{words.text}</p>
      {refused && (
        <Notice kind="error" className="mt-6">
          <p>{refused}</p>
        </Notice>
      )}
      {link.state === 'unknown' ? (
        <a className="button button-primary mt-8" href={paths.login()}>
          Neuen Link anfordern
        </a>
      ) : (
        <LinkForm kind="renew" token={token} to={link.emailMasked ?? 'deine Adresse'} hrefs={hrefs} />
      )}
    </div>
  )
}
