import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import Link from 'next/link'
import { readFlash } from '#app/_http/flash.ts'
import { paths } from '#app/_http/paths.ts'
import { pageCtx } from '#app/_http/viewer.ts'
import { adminRead, type Search } from '#app/admin/adminRead.ts'
import { AdminPage, Unreachable } from '#components/admin/AdminPage.tsx'
import { Ask, AskField, type Refused } from '#components/admin/Ask.tsx'
import { Lamp, When } from '#components/admin/Bits.tsx'
import { orderState } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import { Notice } from '#components/ui/Notice.tsx'
import { type Claim, listClaims } from '#domain/sales/claim/listClaims.ts'

export const metadata: Metadata = { title: 'Anfragen' }

/** Why only a person can decide, and what to do. */
const whys: Record<string, string> = {
  no_address:
    'Die Kasse nannte keine brauchbare Adresse. Prüfe bei Stripe, ob diese Person bezahlt hat, und übernimm dann ihre Adresse.',
  other_address:
    'Die Bestellung gehört zu einer anderen Adresse. Vielleicht ein Tippfehler: Prüfe Name und Zahlung, bevor du sie übernimmst. Unsere Mails gingen bisher an die alte.',
  letter_lost: 'Die Bestätigung kam zurück. Kläre die Adresse mit der Person und übernimm sie, oder sende neu.',
  order_parked:
    'Die Bestellung wartet auf dich: Niemand hat dafür Zugang. Öffne sie, entscheide dort, und antworte der Person.',
  unknown_order: 'Zu dieser Nummer kennen wir keine Bestellung. Suche bei Stripe danach und antworte der Person.',
}

export default async function ClaimsPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams
  const [ctx, jar] = await Promise.all([pageCtx(), cookies()])
  const claims = await adminRead(paths.adminClaims(), (inside) => listClaims(inside))
  const flash = readFlash(jar, typeof search.meldung === 'string' ? search.meldung : null, ctx.settings.siteUrl)
  return (
    <AdminPage
      title="Anfragen"
      room="Anfragen"
      lead="„Bezahlt, aber kein Zugang?“: was sich von selbst lösen ließ, steht hier nicht."
    >
      {flash && (
        <div id="meldung">
          <Notice kind={flash.tone} className="mb-6" role="status">
            <p>{flash.text}</p>
          </Notice>
        </div>
      )}
      {!claims && <Unreachable />}
      {claims?.length === 0 && (
        <div className="admin-empty">
          <p>
            Niemand wartet. Wer bezahlt hat und nicht hineinkommt, meldet sich unter{' '}
            <Link href={paths.claim()}>{paths.claim()}</Link>; hier erscheint nur, was ein Mensch entscheiden muss.
          </p>
        </div>
      )}
      {claims && claims.length > 0 && (
        <ul className="grid gap-6">
          {claims.map((claim) => (
            <li key={claim.id}>
              <ClaimTicket claim={claim} refused={flash?.form?.startsWith(claim.id) ? flash : null} />
            </li>
          ))}
        </ul>
      )}
    </AdminPage>
  )
}

function ClaimTicket({ claim, refused }: { claim: Claim; refused: Refused | null }) {
  const { order } = claim
  const canAccept = order !== null && !['unknown_order', 'order_parked'].includes(claim.why)
  const rows: [string, React.ReactNode][] = [
    ['Fragt', claim.email],
    ['Seit', <When key="seit" at={claim.receivedAt} />],
    ['Nennt', claim.reference ?? '–'],
    [
      'Bestellung',
      order ? (
        <span key="bestellung">
          <Link href={paths.adminOrder(order.id)} prefetch={false}>
            {order.number}
          </Link>
          , {money(order.amountTotal, order.currency)}, {order.name ?? 'ohne Namen'},{' '}
          {order.emailGiven ?? order.email ?? 'ohne Adresse'}
        </span>
      ) : (
        '–'
      ),
    ],
    ['Stand', order ? <Lamp key="stand" word={orderState(order.state)} /> : '–'],
  ]
  return (
    <section className="ticket ticket-bad" aria-label={`Anfrage von ${claim.email}`}>
      <div className="ticket-body">
        <p>{whys[claim.why] ?? claim.why}</p>
        <dl className="rows mt-4">
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className="ticket-stub">
        <div className="ask-row">
          {canAccept && <Accept claim={claim} refused={refused} />}
          <Ask
            id={`${claim.id}:close`}
            action={paths.api.adminClaim(claim.id, 'close')}
            back={paths.adminClaims()}
            label="Erledigt"
            confirm="Ja, abhaken"
            refused={refused}
            fields={<AskField name="reason" label="Notiz" refused={refused} form={`${claim.id}:close`} />}
          >
            <p>Die Anfrage verschwindet von hier. An Bestellung und Konto ändert sich nichts.</p>
          </Ask>
        </div>
      </div>
    </section>
  )
}

function Accept({ claim, refused }: { claim: Claim; refused: Refused | null }) {
  const id = `${claim.id}:accept`
  return (
    <Ask
      id={id}
      action={paths.api.adminClaim(claim.id, 'accept')}
      back={paths.adminClaims()}
      label="Adresse übernehmen"
      confirm={`Ja, ${claim.email} übernehmen`}
      refused={refused}
      fields={
        <AskField
          name="reason"
          label="Grund"
          hint="Woran du erkannt hast, dass diese Person bezahlt hat."
          refused={refused}
          form={id}
        />
      }
    >
      <p>
        Die Bestellung gehört dann zu {claim.email}. Alte Links und Sitzungen enden, Bestätigung und ein neuer Link
        gehen dorthin.
      </p>
    </Ask>
  )
}
