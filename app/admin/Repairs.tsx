import type { ReactNode } from 'react'
import { paths } from '#app/_http/paths.ts'
import { Ask, AskField, type Refused } from '#components/admin/Ask.tsx'
import { eventKey } from '#components/admin/eventKey.ts'
import { flagWords, parkWords } from '#components/admin/words.ts'
import { money } from '#components/format.ts'
import type { StoredEvent } from '#ports'

/** An action that an operator can take. As data, so that order page and Kundenakte offer the same ones. */
export type Repair =
  | { kind: 'settle'; order: string }
  | { kind: 'refund'; order: string; left: number; currency: string }
  | { kind: 'end-access'; order: string }
  | { kind: 'flag'; order: string; flag: string; free: boolean }
  | { kind: 'give-address' | 'move-pending'; order: string }
  | { kind: 'replay'; event: Pick<StoredEvent, 'source' | 'id'> }
  | { kind: 'resend' | 'retry' | 'close'; letter: string }
  | { kind: 'grant' | 'login-link' | 'address'; person: string }
  | { kind: 'revoke'; person: string; source: string }
  | { kind: 'retry-job' | 'discard-job'; job: string }
  | { kind: 'dismiss'; cause: string }
  | { kind: 'retry-parked'; cause: string }

interface RepairsProps {
  repairs: Repair[]
  /** The page these forms come back to. */
  back: string
  refused: Refused | null
}

export function Repairs({ repairs, back, refused }: RepairsProps) {
  if (repairs.length === 0) return null
  return (
    <div className="ask-row">
      {repairs.map((repair) => (
        <RepairForm key={idOf(repair)} repair={repair} back={back} refused={refused} />
      ))}
    </div>
  )
}

/** Names the repair; also the id of its form, so it must be unique on the page. */
function idOf(repair: Repair): string {
  // Without the amount left, which the refund itself changes: after a lost answer the form must find its key again.
  if (repair.kind === 'refund') return `refund-${repair.order}`
  const { kind, ...about } = repair
  const names = Object.values(about).map((value) => (typeof value === 'object' ? eventKey(value) : String(value)))
  return [kind, ...names].join('-').replace(/[^\w-]/g, '_')
}

interface Form {
  action: string
  label: string
  confirm: string
  danger?: boolean
  what: ReactNode
  fields?: (form: string, refused: Refused | null) => ReactNode
}

function RepairForm({ repair, back, refused }: { repair: Repair; back: string; refused: Refused | null }) {
  const { action, label, confirm, danger, what, fields } = formOf(repair)
  const id = idOf(repair)
  return (
    <Ask
      id={id}
      action={action}
      back={back}
      label={label}
      confirm={confirm}
      danger={danger}
      refused={refused}
      fields={fields?.(id, refused)}
    >
      {what}
    </Ask>
  )
}

const reason = (form: string, refused: Refused | null) => (
  <AskField
    name="reason"
    label="Grund"
    hint="Steht im Protokoll, nur für dich."
    refused={refused}
    form={form}
    required
  />
)
const address = (form: string, refused: Refused | null) => (
  <>
    <AskField
      name="email"
      label="Richtige Adresse"
      type="email"
      inputMode="email"
      maxLength={254}
      refused={refused}
      form={form}
      required
    />
    {reason(form, refused)}
  </>
)
const hidden = (name: string, value: string) => () => <input type="hidden" name={name} value={value} />

/** What each repair's form says and does: one table of words, however long. */
function formOf(repair: Repair): Form {
  const { admin } = paths.api
  switch (repair.kind) {
    case 'settle':
      return {
        action: admin.settle(repair.order),
        label: 'Mit Stripe abgleichen',
        confirm: 'Jetzt abgleichen',
        what: 'Fragt Stripe nach dem Stand und zieht Zugang, Beträge und Mails nach. Das geht jederzeit und schadet nie.',
      }
    case 'refund':
      return refundForm(repair)
    case 'end-access':
      return {
        action: admin.endAccess(repair.order),
        label: 'Zugang beenden',
        confirm: 'Ja, Zugang beenden',
        danger: true,
        what: 'Diese Bestellung hat nichts gekostet, es gibt also nichts zu erstatten. Ihr Zugang endet sofort und bleibt beendet; der Fortschritt bleibt gespeichert. Eine Mail geht nicht hinaus.',
        fields: reason,
      }
    case 'flag':
      return {
        action: admin.seeFlag(repair.order),
        label: 'Abhaken',
        confirm: 'Ja, gesehen',
        what: `„${flagWords(repair.flag, repair.free)}“ Der Hinweis verschwindet aus dem Überblick und bleibt weg, auch wenn Stripe ihn wieder meldet.`,
        fields: hidden('flag', repair.flag),
      }
    case 'give-address':
      return {
        action: admin.giveAddress(repair.order),
        label: 'Adresse eintragen',
        confirm: 'Eintragen und Zugang öffnen',
        what: 'Die Zahlung ist da, nur die Adresse fehlt. Mit ihr öffnet sich der Zugang, und die Willkommensmail geht dorthin. Trag sie nur ein, wenn du weißt, dass sie der Käuferin oder dem Käufer gehört.',
        fields: address,
      }
    case 'move-pending':
      return {
        action: admin.giveAddress(repair.order),
        label: 'Adresse ändern',
        confirm: 'Ja, Adresse ändern',
        what: 'Die Zahlung ist noch unterwegs. Alles zu dieser Bestellung geht dann an die neue Adresse, auch der Link, sobald das Geld da ist. Ändere sie nur, wenn du weißt, wer dich darum bittet.',
        fields: address,
      }
    case 'replay':
      return {
        action: admin.replay(),
        label: 'Noch einmal bearbeiten',
        confirm: 'Ja, noch einmal',
        what: 'Das Ereignis geht wieder an den Worker. Was schon geschehen ist, geschieht nicht zweimal.',
        fields: hidden(`event.${eventKey(repair.event)}`, '1'),
      }
    case 'resend':
    case 'retry':
    case 'close':
      return letterForm(repair.kind, repair.letter)
    case 'grant':
    case 'login-link':
    case 'address':
      return personForm(repair.kind, repair.person)
    case 'revoke':
      return {
        action: admin.revoke(repair.person),
        label: 'Zugang beenden',
        confirm: 'Ja, Zugang beenden',
        danger: true,
        what: 'Beendet nur diesen Zugang von Hand; ein gekaufter bleibt. Eine offene Lektion hält binnen zehn Sekunden an, der Fortschritt bleibt gespeichert.',
        fields: (form, refused) => (
          <>
            <input type="hidden" name="source" value={repair.source} />
            {reason(form, refused)}
          </>
        ),
      }
    default:
      return otherForm(repair)
  }
}

function refundForm({ order, left, currency }: Extract<Repair, { kind: 'refund' }>): Form {
  return {
    action: paths.api.admin.refund(order),
    label: 'Erstatten',
    confirm: 'Ja, Geld zurückgeben',
    danger: true,
    what: `Bis zu ${money(left, currency)} gehen über Stripe zurück. Alles erstattet: Der Zugang aus dieser Bestellung endet sofort. Ein Teil: Er bleibt.`,
    fields: (form, refused) => (
      <>
        <AskField
          name="amount"
          label="Betrag in Euro"
          hint={`Leer: alles, also ${money(left, currency)}.`}
          inputMode="decimal"
          maxLength={20}
          refused={refused}
          form={form}
        />
        {reason(form, refused)}
      </>
    ),
  }
}

function letterForm(kind: 'resend' | 'retry' | 'close', letter: string): Form {
  const { admin } = paths.api
  if (kind === 'resend')
    return {
      action: admin.resendLetter(letter),
      label: 'Neu senden',
      confirm: 'Ja, neue Mail senden',
      what: 'Schreibt eine neue Mail mit demselben Inhalt, an die Adresse von heute, mit einem neuen Link, wo einer darin ist. Kam die alte doch an, hat der Mensch dann zwei.',
    }
  if (kind === 'retry')
    return {
      action: admin.retryLetter(letter),
      label: 'Noch einmal versuchen',
      confirm: 'Ja, noch einmal',
      what: 'Übergibt dieselbe Mail unter demselben Schlüssel. Solange Resend ihn kennt, kann sie nur einmal ankommen.',
    }
  return {
    action: admin.closeLetter(letter),
    label: 'Erledigt',
    confirm: 'Ja, erledigt',
    what: 'Du hast nachgesehen, und es ist nichts mehr zu tun. Eine wartende Mail geht dann nicht mehr hinaus.',
  }
}

function personForm(kind: 'grant' | 'login-link' | 'address', person: string): Form {
  const { admin } = paths.api
  if (kind === 'grant')
    return {
      action: admin.grant(person),
      label: 'Zugang geben',
      confirm: 'Ja, Zugang geben',
      what: 'Öffnet den Kurs ohne Kauf, bis du ihn wieder beendest. Ein gekaufter Zugang bleibt davon unberührt.',
      fields: reason,
    }
  if (kind === 'login-link')
    return {
      action: admin.loginLink(person),
      label: 'Anmeldelink senden',
      confirm: 'Ja, Link senden',
      what: 'Schickt eine Mail mit einem Link, der sieben Tage und einmal gilt. Du selbst siehst ihn nie.',
    }
  return {
    action: admin.moveAddress(person),
    label: 'Adresse ändern',
    confirm: 'Ja, Adresse ändern',
    danger: true,
    what: 'Das Konto zieht zu einer anderen Adresse um: Alle Anmeldungen, Links und Codes enden, die Willkommensmail geht an die neue. Ändere sie nur, wenn du weißt, wer dich darum bittet.',
    fields: address,
  }
}

function otherForm(repair: Extract<Repair, { kind: 'retry-job' | 'discard-job' | 'dismiss' | 'retry-parked' }>): Form {
  const { admin } = paths.api
  switch (repair.kind) {
    case 'retry-job':
      return {
        action: admin.retryJob(repair.job),
        label: 'Nochmal',
        confirm: 'Ja, nochmal',
        what: 'Der Auftrag läuft noch einmal. Was schon geschehen ist, geschieht nicht zweimal.',
      }
    case 'discard-job':
      return {
        action: admin.discardJob(repair.job),
        label: 'Erledigt',
        confirm: 'Ja, von der Liste',
        danger: true,
        what: 'Der Auftrag verschwindet, ohne noch einmal zu laufen. Ist die Sache nicht erledigt, holt ihn der Aufräumer wieder.',
      }
    case 'retry-parked':
      return {
        action: admin.retryParked(),
        label: `Alle weiter: ${parkWords(repair.cause)}`,
        confirm: 'Ja, alle weiterschicken',
        what: 'Alle Mails, die deswegen warten, gehen wieder hinaus. Ist die Ursache noch da, warten sie danach weiter.',
        fields: hidden('cause', repair.cause),
      }
    default:
      return {
        action: admin.dismissAlarm(repair.cause),
        label: 'Erledigt',
        confirm: 'Ja, erledigt',
        what: 'Die Meldung verschwindet. Kommt die Ursache wieder, meldet sie sich von selbst.',
      }
  }
}
