import { jobNames, orderState } from '#components/admin/words.ts'
import { kindNames } from '#domain/mail/rules.ts'
import type { FlowStep, LetterKind } from '#ports'

/** The words of one arrow; `heals` only for a fault. */
export interface StepWords {
  title: string
  note?: string | null
  heals?: string
}

const stripeCalls: Record<string, string> = {
  'create checkout': 'Checkout Session öffnen',
  'expire checkout': 'Alte Session schließen',
  'get checkout': 'Wahrheit holen: die Session, frisch von Stripe',
  'find session': 'Session zur Zahlung suchen',
  'get price': 'Preis holen',
  refund: 'Erstatten',
  'list events': 'Ereignisse nachlesen',
  'list sessions': 'Bezahlte Sessions nachlesen',
}

const mailEvents: Record<string, string> = {
  'email.sent': 'Resend: verschickt',
  'email.delivered': 'Resend: zugestellt',
  'email.delivery_delayed': 'Resend: verzögert',
  'email.bounced': 'Resend: abgewiesen',
  'email.complained': 'Resend: als Spam gemeldet',
  'email.suppressed': 'Resend: Adresse gesperrt',
  'email.failed': 'Resend: gescheitert',
}

const failures: Record<string, string> = {
  timeout: 'Keine Antwort in der Frist.',
  refused: 'Niemand nimmt ab.',
  rate_limited: 'Zu viele Anfragen, abgewiesen.',
  quota: 'Das Kontingent ist aufgebraucht.',
  bad_answer: 'Die Antwort ist kaputt oder abgeschnitten.',
  rejected: 'Abgelehnt.',
  not_found: 'Nicht gefunden.',
  circuit_open: 'Gar nicht erst gefragt: zu viele Fehler zuvor.',
  database_unavailable: 'PostgreSQL antwortet nicht.',
}
const failureWords = (outcome: string) => failures[outcome] ?? `Gescheitert (${outcome}).`

export const deadWorker: Required<Omit<StepWords, 'title'>> = {
  note: 'Der worker starb mitten in der Arbeit.',
  heals:
    'Der Starter bringt ihn zurück. Zehn Sekunden ohne Herzschlag, dann vergibt die Warteschlange den Job neu; er darf zweimal laufen.',
}

const retryJob = 'Der Job bleibt in der Warteschlange und kommt mit wachsendem Abstand wieder.'

/** An arrow's words. A name that is missing here is shown as it is stored, which is better than hiding it. */
export function wordsOf(step: FlowStep, nth: number): StepWords {
  if (step.name === 'order') return orderWords(step, nth)
  if (step.name === 'try') return tryWords(step)
  if (step.name === 'settle') return settleWords(step)
  if (step.name === 'send letter') return letterWords(step, nth)
  if (step.to === 'webhook') return deliveryWords(step)
  if (step.to === 'stripe') return stripeWords(step, nth)
  if (step.to === 'worker') return jobWords(step, nth)
  return { title: step.name }
}

const again = (title: string, nth: number) => (nth > 1 ? `${title}, ${nth}. Versuch` : title)

function orderWords({ outcome }: FlowStep, nth: number): StepWords {
  const title = nth > 1 ? 'Bestellung noch einmal abgeschickt' : 'Bestellung abgeschickt'
  if (outcome === 'ok') return { title, note: nth > 1 ? 'Derselbe Versuch: dieselbe Session.' : 'Entwurf, dann Kasse.' }
  return {
    title,
    note: failureWords(outcome),
    heals: 'Der Käufer liest, dass nichts gebucht wurde, und klickt noch einmal; der Versuch behält seinen Schlüssel.',
  }
}

const tryWords = ({ outcome }: FlowStep): StepWords => ({
  title:
    outcome === 'timeout' ? 'Stripe hängt: acht Sekunden ohne Antwort' : `Stripe antwortet nicht brauchbar: ${outcome}`,
  heals: 'Stripes SDK fragt bis zu zweimal wieder, mit Abstand und unter demselben Idempotency-Key.',
})

/** Work that came from outside this order's trace. */
const viaWords = (via: string) => {
  if (via === 'order.settle') return 'durch Nachsehen (Dankeseite oder Knopf), nicht durch einen Webhook'
  return via.startsWith('compare with Stripe') || via === 'reconcile' ? 'vom Abgleich mit Stripe' : `von „${via}“`
}

function settleWords({ outcome, detail }: FlowStep): StepWords {
  const title = 'Ein Commit: Kauf, Zugang, Brief mit Job, Ereignis erledigt'
  const via = typeof detail.via === 'string' ? ` Angestoßen ${viaWords(detail.via)}.` : ''
  if (outcome === 'stale')
    return {
      title: 'Zu spät: jemand hat den Kauf inzwischen geschrieben',
      note: 'purchase.version ist eine andere, nichts wird überschrieben.',
      heals: 'Der worker holt die Wahrheit noch einmal und schreibt sie dann.',
    }
  if (outcome !== 'ok') return { title, note: failureWords(outcome), heals: retryJob }
  return { title, note: `Zustand: ${orderState(String(detail.state ?? 'open')).text}.${via}` }
}

function letterWords({ outcome, detail }: FlowStep, nth: number): StepWords {
  const kind = kindNames[detail.kind as LetterKind] ?? String(detail.kind ?? 'Brief')
  const title = again(`Mail übergeben: ${kind}`, nth)
  if (outcome === 'ok') return { title, note: 'Angenommen.' }
  if (outcome === 'begun') return { title, note: 'Wartet auf Antwort.' }
  if (outcome === 'already there') return { title, note: 'Resend hat sie schon: gleicher Schlüssel.' }
  if (outcome === 'quota' || outcome === 'rejected')
    return { title, note: failureWords(outcome), heals: 'Der Brief wartet unter Mails auf dich, mit Grund und Knopf.' }
  return {
    title,
    note: `${failureWords(outcome)}${detail.ambiguous === true ? ' Vielleicht ist sie trotzdem unterwegs.' : ''}`,
    heals:
      detail.ambiguous === true
        ? 'Der nächste Versuch trägt denselben Idempotency-Key und dieselben Bytes: Resend erkennt ihn, es bleibt eine Mail.'
        : retryJob,
  }
}

function deliveryWords({ name, outcome, detail }: FlowStep): StepWords {
  const title = mailEvents[name] ?? name
  if (outcome === 'duplicate')
    return {
      title: `${title}, noch einmal`,
      note: 'Dasselbe Ereignis kam doppelt; geantwortet wird trotzdem 200.',
      heals: 'Die Kennung steht schon in der Tabelle: keine zweite Zeile, kein zweiter Job.',
    }
  if (outcome !== 'new')
    return {
      title,
      note: failureWords(outcome),
      heals: 'Geantwortet wird 500, also stellt der Absender noch einmal zu.',
    }
  if (typeof detail.via === 'string')
    return {
      title,
      note: `Nie zugestellt: nachgelesen und gespeichert, als wäre es gekommen, ${viaWords(detail.via)}.`,
    }
  if (detail.kept === 'ids') return { title, note: 'Signatur stimmt. Nur die Kennung gespeichert, nichts zu tun.' }
  return { title, note: 'Signatur stimmt. Ereignis und Job in einem Commit, dann 200.' }
}

function stripeWords(step: FlowStep, nth: number): StepWords {
  const title = again(stripeCalls[step.name] ?? step.name, nth)
  if (step.outcome === 'ok') return { title }
  const heals =
    step.from === 'web' ? 'Der Käufer sieht, dass nichts gebucht wurde, und kann es wieder versuchen.' : retryJob
  return { title, note: failureWords(step.outcome), heals }
}

function jobWords({ name, outcome }: FlowStep, nth: number): StepWords {
  const title = again(`Job: ${jobNames[name] ?? name}`, nth)
  if (outcome === 'ok' || outcome === 'begun') return { title }
  return { title, note: failureWords(outcome), heals: retryJob }
}
