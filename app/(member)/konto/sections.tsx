import { paths } from '#app/_http/paths.ts'
import { refusalFor } from '#app/_pages/refusal.ts'
import { AddressMove } from '#components/account/AddressMove.tsx'
import { NameForm } from '#components/account/NameForm.tsx'
import { PurchaseTicket } from '#components/member/PurchaseTicket.tsx'
import type { Viewer } from '#domain/access/rules.ts'
import type { Ctx } from '#ports'
import type { Account } from './readAccount.ts'

/** What a form sent without scripts left in the page's address. */
export interface Sent {
  adresse?: string
  name?: string
  mails?: string
}

export function WhoYouAre({ viewer }: { viewer: Viewer }) {
  const address = viewer.kind === 'unproven' ? viewer.emailMasked : (viewer.email ?? viewer.emailMasked)
  return (
    <dl className="rows mt-8">
      <div>
        <dt>Adresse</dt>
        <dd>{viewer.degraded ? 'gerade nicht zu sehen' : address}</dd>
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
  )
}

interface AddressAndNameProps {
  ctx: Ctx
  viewer: Viewer
  account: Account
  sent: Sent
  typed: { email?: string; name?: string }
}

export function AddressAndName({ ctx, viewer, account, sent, typed }: AddressAndNameProps) {
  return (
    <section id="adresse" className="mt-6" aria-label="Adresse und Name">
      {viewer.role !== 'admin' && (
        <AddressMove
          address={viewer.email ?? viewer.emailMasked}
          underWay={account.move && { ...account.move, expiresAt: account.move.expiresAt.toISOString() }}
          formKey={ctx.ids.uuid()}
          typed={typed.email}
          now={ctx.clock.now().toISOString()}
          refused={
            sent.adresse === 'invalid_input'
              ? 'Das ist keine gültige E-Mail-Adresse, oder es ist schon deine.'
              : refusalFor(sent.adresse)
          }
          hrefs={{ ask: paths.api.changeAddress(), cancel: paths.api.cancelAddress(), account: paths.account() }}
        />
      )}
      <NameForm
        name={typed.name ?? viewer.name ?? ''}
        action={paths.api.rename()}
        refused={refusalFor(sent.name)}
        saved={sent.name === 'gesichert'}
      />
    </section>
  )
}

export function Orders({ orders, now }: { orders: Account['orders']; now: Date }) {
  return (
    <section className="mt-12" aria-labelledby="bestellungen">
      <h2 id="bestellungen">Deine Bestellungen</h2>
      <div className="mt-4 grid gap-6">
        {orders.length === 0 && (
          <p className="text-muted">
            Hier liegt der Laufzettel, sobald du etwas bestellt hast: mit Betrag, Uhrzeit und Weg der Mail.
          </p>
        )}
        {orders.map(({ order, letter, confirmed }) => (
          <PurchaseTicket
            key={order.id}
            order={order}
            letter={letter}
            confirmation={confirmed ? paths.api.orderDocument(order.id, 'confirmation') : null}
            now={now}
          />
        ))}
      </div>
    </section>
  )
}
