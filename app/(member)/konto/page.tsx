import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { typedBefore } from '#app/_pages/typedBefore.ts'
import { ReleaseMails } from '#components/account/ReleaseMails.tsx'
import { Devices } from '#components/member/Devices.tsx'
import { OfflineCard } from '#components/offline/OfflineCard.tsx'
import { ThemeSwitch } from '#components/site/ThemeSwitch.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { readAccount } from './readAccount.ts'
import { AddressAndName, Orders, type Sent, WhoYouAre } from './sections.tsx'

export const metadata: Metadata = { title: 'Konto', robots: { index: false } }

export default async function AccountPage({ searchParams }: { searchParams: Promise<Sent> }) {
  const [viewer, ctx, search] = await Promise.all([requireViewer(paths.account()), pageCtx(), searchParams])
  const [account, typed] = await Promise.all([
    readAccount(ctx, viewer),
    typedBefore(refusalFor(search.adresse) ?? refusalFor(search.name)),
  ])
  const unproven = viewer.kind === 'unproven'
  return (
    <div className="column page">
      <h1>Konto</h1>
      <WhoYouAre viewer={viewer} />
      {unproven && (
        <Notice className="mt-6" title="Bestellungen und Geräte siehst du nach einer richtigen Anmeldung.">
          <p>Öffne dazu den Link aus deiner Mail. So wissen wir, dass das Postfach dir gehört.</p>
        </Notice>
      )}
      {!account && (
        <Notice kind="wait" className="mt-6" title="Wir kommen gerade nicht an unsere Daten.">
          <p>Bestellungen und Geräte zeigen wir dir gleich wieder. Verloren ist nichts.</p>
        </Notice>
      )}
      {account && !unproven && (
        <>
          <AddressAndName ctx={ctx} viewer={viewer} account={account} sent={search} typed={typed} />
          <Orders orders={account.orders} now={ctx.clock.now()} />
        </>
      )}
      <section className="mt-12" aria-labelledby="geraete">
        <h2 id="geraete">Deine Geräte</h2>
        <Devices
          learnerId={viewer.personId}
          sessions={
            account && !unproven
              ? account.sessions.map((session) => ({ ...session, lastSeenAt: session.lastSeenAt.toISOString() }))
              : []
          }
          hrefs={{ logout: paths.api.logout(), sessions: paths.api.sessions(), login: `${paths.login()}?abgemeldet=1` }}
        />
      </section>
      {account && viewer.courses.length > 0 && (
        <section className="mt-12" aria-labelledby="mails">
          <h2 id="mails">Deine Mails</h2>
          <ReleaseMails
            on={account.mails}
            action={paths.api.releaseMails()}
            said={refusalFor(search.mails) ?? (['an', 'aus'].includes(search.mails ?? '') ? 'Gesichert.' : null)}
          />
        </section>
      )}
      {viewer.courses.length > 0 && (
        <section className="mt-12" aria-labelledby="unterwegs">
          <h2 id="unterwegs">Für unterwegs</h2>
          <OfflineCard learnerId={viewer.personId} />
        </section>
      )}
      <section className="mt-12" aria-labelledby="licht">
        <h2 id="licht" className="mb-4">
          Dein Licht
        </h2>
        <ThemeSwitch id="konto" quiet />
      </section>
    </div>
  )
}
