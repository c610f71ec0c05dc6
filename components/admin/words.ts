import { dayWords } from '#domain/calendar/germanWords.ts'
import type { StoredEvent } from '#ports'

/** The operator's words for states. A state that is missing here is shown as it is stored. */

export type Tone = 'good' | 'bad' | 'wait' | 'plain'
export interface Word {
  text: string
  tone: Tone
}

const word = (text: string, tone: Tone = 'plain'): Word => ({ text, tone })
const lookUp = (words: Record<string, Word>, key: string): Word =>
  Object.hasOwn(words, key) ? (words[key] as Word) : word(key)

export const orderStates: Record<string, Word> = {
  paid: word('bezahlt', 'good'),
  pending: word('Zahlung unterwegs', 'wait'),
  open: word('an der Kasse', 'wait'),
  failed: word('Zahlung gescheitert', 'bad'),
  expired: word('abgelaufen'),
  refunded: word('erstattet'),
  suspended: word('angefochten, Zugang ruht', 'bad'),
  lost: word('Anfechtung verloren', 'bad'),
  parked: word('wartet auf dich', 'bad'),
  foreign: word('gehört uns nicht'),
}
export const orderState = (state: string) => lookUp(orderStates, state)

/** Flag → what happened and what a person does about it. */
const flags: Record<string, string> = {
  double_payment: 'Zweimal bezahlt: Eine Zahlung bei Stripe erstatten.',
  quantity: 'Mehr als ein Stück bestellt: Klären, dann erstatten.',
  no_address: 'Keine brauchbare Mailadresse: Bei Stripe nachsehen.',
  unknown_price:
    'Bezahlt ist etwas anderes als der Kurs: Erstatten. Gehört der Preis doch zum Kurs, gib ihm bei Stripe die Metadaten opens_course = kurs und gleiche ab.',
  other_items: 'Neben dem Kurs ist noch etwas anderes bezahlt: Bei Stripe nachsehen, ob es geliefert ist.',
  odd_status: 'Stripe meldet einen Stand, den wir nicht kennen.',
  partial_refund: 'Ein Teil ist erstattet, der Zugang bleibt.',
  refund_pending: 'Eine Erstattung ist unterwegs.',
  refund_failed: 'Eine Erstattung ist gescheitert: Bei Stripe einen anderen Weg wählen.',
  inquiry: 'Die Bank fragt nach: Bei Stripe antworten.',
  dispute: 'Die Zahlung ist angefochten: Bei Stripe Belege einreichen.',
  odd_dispute: 'Eine Anfechtung in einem Stand, den wir nicht kennen.',
  fraud_warning: 'Stripe warnt vor Betrug: Jetzt erstatten ist billiger als eine Anfechtung später.',
  refund_and_dispute:
    'Erstattet und angefochten: Bei Stripe die Erstattung belegen, sonst geht das Geld zweimal zurück.',
}

/** Other words for orders that cost nothing, where there is nothing to refund. */
const freeFlags: Record<string, string> = {
  unknown_price:
    'Kostenlos bestellt ist etwas anderes als der Kurs: Abhaken, zu erstatten gibt es nichts. Gehört der Preis doch zum Kurs, gib ihm bei Stripe die Metadaten opens_course = kurs und gleiche ab.',
}

/** What a person does about a flag; `free`: the order cost nothing. */
export const flagWords = (flag: string, free: boolean): string => (free && freeFlags[flag]) || (flags[flag] ?? flag)

/** Flags that wait for a person; the others only inform. */
export const urgentFlags = Object.keys(flags).filter((flag) => !['partial_refund', 'refund_pending'].includes(flag))

export const letterStates: Record<string, Word> = {
  queued: word('wartet', 'wait'),
  handed_over: word('übergeben'),
  sent: word('verschickt'),
  delivered: word('zugestellt', 'good'),
  delayed: word('verspätet', 'wait'),
  bounced: word('zurückgekommen', 'bad'),
  complained: word('als Spam gemeldet', 'bad'),
  suppressed: word('Adresse gesperrt', 'bad'),
  failed: word('gescheitert', 'bad'),
  parked: word('wartet auf dich', 'bad'),
  unknown: word('ungewiss', 'bad'),
  dropped: word('verfallen'),
}
export const letterState = (state: string) => lookUp(letterStates, state)

export const sourceNames = { stripe: 'Stripe', bunny: 'Bunny', resend: 'Resend' } as const

/** Why a webhook refused a delivery. */
const refusals: Record<string, string> = {
  signature_invalid: 'Die Signatur passt nicht: ein Fremder, oder das Geheimnis ist falsch',
  signature_time: 'Echt, aber die Zeit weicht ab: eine Uhr geht falsch',
  payload_unusable: 'Der Inhalt ist nicht zu gebrauchen',
  too_large: 'Zu groß',
  unsupported_media_type: 'Kein JSON',
}
export const refusalWords = (reason: string) =>
  Object.hasOwn(refusals, reason) ? (refusals[reason] as string) : reason

export const jobNames: Record<string, string> = {
  'stripe.event': 'Stripe-Ereignis bearbeiten',
  'order.settle': 'Bestellung abgleichen',
  'letter.send': 'Mail verschicken',
  'login.request': 'Anmeldung bearbeiten',
  'access.claim': 'Kein Zugang: nachsehen',
  'bunny.event': 'Bunny-Ereignis bearbeiten',
  'resend.event': 'Resend-Ereignis bearbeiten',
  'price.mirror': 'Preis abgleichen',
  'video.sync': 'Filme abgleichen',
  'withdrawal.match': 'Widerruf zuordnen',
}

export const withdrawalState = (state: string): Word =>
  lookUp({ new: word('offen', 'wait'), accepted: word('angenommen', 'good'), refused: word('abgelehnt') }, state)

/** Whether the receipt of a declaration arrived; what a person ticked off is settled. */
export function receiptWord(receipt: { state: string; closed: boolean } | null): Word {
  if (!receipt) return word('wird geschrieben', 'wait')
  const { text, tone } = letterState(receipt.state)
  return receipt.closed ? word(`${text}, von dir abgehakt`) : word(text, tone)
}

/** The fourteen days of § 357 BGB as a lamp: red from the tenth day on. */
export function withdrawalClock({ lastDay, daysLeft }: { lastDay: string; daysLeft: number }): Word {
  const day = dayWords(lastDay)
  if (daysLeft < 0)
    return word(`${day}, seit ${-daysLeft === 1 ? 'einem Tag' : `${-daysLeft} Tagen`} überfällig`, 'bad')
  if (daysLeft === 0) return word(`${day}, das ist heute`, 'bad')
  return word(`${day}, noch ${daysLeft === 1 ? 'ein Tag' : `${daysLeft} Tage`}`, daysLeft <= 4 ? 'bad' : 'wait')
}

/** The right of withdrawal at the moment the declaration arrived, and why. */
export function rightWords(
  right: { state: 'exists' | 'lapsed' | 'expired'; lastDay: string | null; lapsedAt: Date | null } | null,
): Word & { why: string } {
  if (!right) return { ...word('unklar', 'wait'), why: 'Ohne Bestellung lässt sich das nicht sagen.' }
  const day = right.lastDay ? dayWords(right.lastDay) : null
  if (right.state === 'lapsed')
    return {
      ...word('erloschen'),
      why: 'Beides angekreuzt, Zugang geöffnet und Vertragsbestätigung angenommen, bevor der Widerruf kam.',
    }
  if (right.state === 'expired') return { ...word('abgelaufen'), why: `Die Frist endete am ${day}.` }
  return {
    ...word('besteht', 'good'),
    why: day ? `Die Frist läuft bis zum Ende des ${day}.` : 'Der Vertrag ist noch nicht geschlossen.',
  }
}

/** Why letters wait, in two words. */
const parkCauses: Record<string, string> = {
  mail_quota: 'Kontingent',
  mail_key: 'Schlüssel',
  mail_domain: 'Domain',
  mail_sender: 'Absender',
  mail_address: 'Adresse',
  mail_rejected: 'abgelehnt',
  receipt_lost: 'wegen der Adresse',
  mail_unpaid: 'wegen der Adresse',
}
export const parkWords = (cause: string) => parkCauses[cause] ?? cause

export const accessWords = (access: 'open' | 'ended' | 'none'): Word =>
  ({ open: word('offen', 'good'), ended: word('beendet', 'bad'), none: word('nie gehabt') })[access]

/** What somebody did by hand, as the log names it. */
const deeds: Record<string, string> = {
  'purchase.settle': 'mit Stripe abgeglichen',
  'purchase.refund': 'erstattet',
  'purchase.refund_refused': 'Erstattung von Stripe abgelehnt',
  'purchase.end_access': 'Zugang ohne Kosten beendet',
  'purchase.see_flag': 'Hinweis abgehakt',
  'purchase.give_address': 'Adresse eingetragen',
  'address.correct': 'Adresse geändert',
  'grant.add': 'Zugang gegeben',
  'grant.revoke': 'Zugang beendet',
  'person.login-link': 'Anmeldelink geschickt',
  'person.link': 'Anmeldelink auf der Kommandozeile geschrieben',
  'person.promote': 'Zum Betreiber gemacht',
  'person.demote': 'Rolle des Betreibers genommen',
  'letter.resend': 'Mail neu gesendet',
  'letter.retry': 'Mail noch einmal versucht',
  'letter.close': 'Mail abgehakt',
  'letter.retry_parked': 'wartende Mails weitergeschickt',
  'event.replay': 'Ereignis noch einmal bearbeitet',
  'job.retry': 'Auftrag noch einmal gestartet',
  'job.discard': 'Auftrag abgehakt',
  'alarm.dismiss': 'Meldung abgehakt',
  'release.set': 'Freigabe geändert',
  'release.remove': 'Freigabe zurück auf die Datei',
  'release.shift': 'Freigaben verschoben',
  'release.pause': 'Freigaben pausiert',
  'release.open': 'alles freigegeben',
  'release.undo': 'Freigabe-Änderung zurückgenommen',
  'claim.accept': 'Anfrage bestätigt',
  'claim.close': 'Anfrage abgehakt',
  'withdrawal.accept': 'Widerruf angenommen',
  'withdrawal.refuse': 'Widerruf abgelehnt',
  'withdrawal.assign': 'Widerruf zugeordnet',
}
export const deedWords = (action: string) => (Object.hasOwn(deeds, action) ? (deeds[action] as string) : action)
export const deedNames = Object.entries(deeds).map(([value, text]) => ({ value, text }))

export function eventState(event: Pick<StoredEvent, 'handledAt' | 'outcome' | 'lastError'>): Word {
  if (event.handledAt) return word(event.outcome?.startsWith('ignored') ? 'übergangen' : 'erledigt', 'good')
  return event.lastError ? word('scheitert, wird wiederholt', 'bad') : word('offen', 'wait')
}
