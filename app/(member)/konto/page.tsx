import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { typedBefore } from '#app/_pages/typedBefore.ts'
import { AddressMove } from '#components/account/AddressMove.tsx'
import { NameForm } from '#components/account/NameForm.tsx'
import { ReleaseMails } from '#components/account/ReleaseMails.tsx'
import { Devices } from '#components/member/Devices.tsx'
import { PurchaseTicket } from '#components/member/PurchaseTicket.tsx'
import { OfflineCard } from '#components/offline/OfflineCard.tsx'
import { ThemeSwitch } from '#components/site/ThemeSwitch.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { openAddressChange } from '#domain/access/addressChange/openAddressChange.ts'
import { listSessions } from '#domain/access/listSessions.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { releaseMails } from '#domain/learning/settings/releaseMails.ts'
import { type LetterRow, listLetters } from '#domain/mail/listLetters.ts'
import { confirmingLetter } from '#domain/sales/confirmingLetter.ts'
import { purchasesOf } from '#domain/sales/purchasesOf.ts'
import type { Ctx } from '#ports'

export const metadata: Metadata = { title: 'Konto', robots: { index: false } }

/** Where the newest letter is, and whether there is a confirmation to download. */
function lettersOf(letters: LetterRow[]) {
  const [newest] = letters
  return {
    letter: newest ? { state: newest.state, at: newest.stateAt, reason: newest.reason } : null,
    confirmed: confirmingLetter(letters) !== null,
  }
}

/** Purchases with where their letter is, and the devices; null while the database is away. */
async function read(ctx: Ctx, viewer: Viewer) {
  if (viewer.degraded) return null
  try {
    const [orders, sessions, move, mails] = await Promise.all([
      purchasesOf(ctx, viewer.personId),
      listSessions(ctx, viewer),
      openAddressChange(ctx, viewer),
      releaseMails(ctx, viewer.personId),
    ])
    const letters = await Promise.all(
      orders.map((order) => listLetters(ctx, { purchaseId: order.id, kind: 'welcome' })),
    )
    return {
      orders: orders.map((order, index) => ({ order, ...lettersOf(letters[index] ?? []) })),
      sessions,
      move,
      mails,
    }
  } catch (error) {
    ctx.log.warn({ err: error }, 'account not readable')
    return null
  }
}

type Search = { searchParams: Promise<{ adresse?: string; name?: string; mails?: string }> }

export default async function AccountPage({ searchParams }: Search) {
  const [viewer, ctx, search] = await Promise.all([requireViewer(paths.account()), pageCtx(), searchParams])
  const [facts, typed] = await Promise.all([
    read(ctx, viewer),
    typedBefore(refusalFor(search.adresse) ?? refusalFor(search.name)),
  ])
  const unproven = viewer.kind === 'unproven'
  return (
    <div className="column page">
      <h1>Konto</h1>
      <dl className="rows mt-8">
        <div>
          <dt>Adresse</dt>
          <dd>
            {viewer.degraded
              ? 'gerade nicht zu sehen'
              : unproven
                ? viewer.emailMasked
                : (viewer.email ?? viewer.emailMasked)}
          </dd>
        </div>
        <div>
          <dt>Kurs</dt>
          <dd>{viewer.courses.length > 0 ? 'offen' : 'kein Zugang'}</dd>
        </div>
        {viewer.courses.length > 0 && (
          <div>
            <dt>Teilnahme</dt>
            <dd>
              <a className="link" href={paths.participation()}>
                Deine Teilnahmebestätigung
              </a>
            </dd>
          </div>
        )}
      </dl>
      {unproven && (
        <Notice className="mt-6" title="Bestellungen und Geräte siehst du nach einer richtigen Anmeldung.">
          <p>Öffne dazu den Link aus deiner Mail. So wissen wir, dass das Postfach dir gehört.</p>
        </Notice>
      )}
      {!facts && (
        <Notice kind="wait" className="mt-6" title="Wir kommen gerade nicht an unsere Daten.">
          <p>Bestellungen und Geräte zeigen wir dir gleich wieder. Verloren ist nichts.</p>
        </Notice>
      )}
      {facts && !unproven && (
        <section id="adresse" className="mt-6" aria-label="Adresse und Name">
          {viewer.role !== 'admin' && (
            <AddressMove
              address={viewer.email ?? viewer.emailMasked}
              underWay={facts.move && { ...facts.move, expiresAt: facts.move.expiresAt.toISOString() }}
              formKey={ctx.ids.uuid()}
              typed={typed.email}
              now={ctx.clock.now().toISOString()}
              refused={
                search.adresse === 'invalid_input'
                  ? 'Das ist keine gültige E-Mail-Adresse, oder es ist schon deine.'
                  : refusalFor(search.adresse)
              }
              hrefs={{ ask: paths.api.changeAddress(), cancel: paths.api.cancelAddress(), account: paths.account() }}
            />
          )}
          <NameForm
            name={typed.name ?? viewer.name ?? ''}
            action={paths.api.rename()}
            refused={refusalFor(search.name)}
            saved={search.name === 'gesichert'}
          />
        </section>
      )}
      {facts && !unproven && (
        <section className="mt-12" aria-labelledby="bestellungen">
          <h2 id="bestellungen">Deine Bestellungen</h2>
          <div className="mt-4 grid gap-6">
            {facts.orders.length === 0 && (
              <p className="text-muted">
                Hier liegt der Laufzettel, sobald du etwas bestellt hast: mit Betrag, Uhrzeit und Weg der Mail.
              </p>
            )}
            {facts.orders.map(({ order, letter, confirmed }) => (
              <PurchaseTicket
                key={order.id}
                order={order}
                letter={letter}
                confirmation={confirmed ? paths.api.orderDocument(order.id, 'confirmation') : null}
                now={ctx.clock.now()}
              />
            ))}
          </div>
        </section>
      )}
      <section className="mt-12" aria-labelledby="geraete">
        <h2 id="geraete">Deine Geräte</h2>
        <Devices
          learnerId={viewer.personId}
          sessions={
            facts && !unproven
              ? facts.sessions.map((session) => ({ ...session, lastSeenAt: session.lastSeenAt.toISOString() }))
              : []
          }
          hrefs={{ logout: paths.api.logout(), sessions: paths.api.sessions(), login: `${paths.login()}?abgemeldet=1` }}
        />
      </section>
      {facts && viewer.courses.length > 0 && (
        <section className="mt-12" aria-labelledby="mails">
          <h2 id="mails">Deine Mails</h2>
          <ReleaseMails
            on={facts.mails}
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
