import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { Devices } from '#components/member/Devices.tsx'
import { PurchaseTicket } from '#components/member/PurchaseTicket.tsx'
import { ThemeSwitch } from '#components/site/ThemeSwitch.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { listSessions } from '#domain/access/listSessions.ts'
import type { Viewer } from '#domain/access/rules.ts'
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
    const [orders, sessions] = await Promise.all([purchasesOf(ctx, viewer.personId), listSessions(ctx, viewer)])
    const letters = await Promise.all(
      orders.map((order) => listLetters(ctx, { purchaseId: order.id, kind: 'welcome' })),
    )
    return { orders: orders.map((order, index) => ({ order, ...lettersOf(letters[index] ?? []) })), sessions }
  } catch (error) {
    ctx.log.warn({ err: error }, 'account not readable')
    return null
  }
}

export default async function AccountPage() {
  const [viewer, ctx] = await Promise.all([requireViewer(paths.account()), pageCtx()])
  const facts = await read(ctx, viewer)
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
      <section className="mt-12" aria-labelledby="licht">
        <h2 id="licht" className="mb-4">
          Dein Licht
        </h2>
        <ThemeSwitch id="konto" quiet />
      </section>
    </div>
  )
}
