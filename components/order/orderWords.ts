import { timeOfDay } from '#domain/calendar/germanWords.ts'

export interface OrderLetter {
  state: string
  at: string
  reason: string | null
}

/** What GET /api/orders/{sessionId}/status answers, as JSON carries it. */
export interface OrderAnswer {
  payment: 'open' | 'pending' | 'paid' | 'failed' | 'expired' | 'refunded' | 'suspended' | 'parked'
  number: string | null
  amountTotal: number
  currency: string
  paidAt: string | null
  access: boolean
  emailMasked: string | null
  letter: OrderLetter | null
  mayLogIn: boolean
  address: 'correct' | 'give' | null
}

/** The reason in words for the buyer; the stored one is for the operator. */
function whyRefused({ state, reason }: OrderLetter): string {
  if (state === 'suppressed') return 'Adresse gesperrt, weil eine frühere Mail zurückkam'
  if (state === 'failed') return 'ließ sich nicht verschicken'
  if (/voll/i.test(reason ?? '')) return 'Postfach voll'
  if (/gibt es nicht/i.test(reason ?? '')) return 'diese Adresse gibt es nicht'
  if (/Inhalt/.test(reason ?? '')) return 'das Postfach nimmt den Inhalt nicht an'
  return 'das Postfach nahm sie nicht an'
}

/** Where the mail is, claiming no more than what the mail service told us. */
export function letterWords(letter: OrderLetter | null, to: string | null): { text: string; bad: boolean } {
  const address = to ?? 'deine Adresse'
  if (!letter) return { text: 'wird gleich geschrieben', bad: false }
  const time = timeOfDay(letter.at)
  switch (letter.state) {
    case 'delivered':
      return { text: `zugestellt an ${address}, ${time}`, bad: false }
    case 'handed_over':
    case 'sent':
      return { text: `unterwegs an ${address}, ${time}`, bad: false }
    case 'delayed':
      return {
        text: `verspätet an ${address}: Das Postfach nimmt gerade nichts an, es wird weiter versucht`,
        bad: false,
      }
    case 'bounced':
    case 'suppressed':
    case 'failed':
      return { text: `abgewiesen: ${whyRefused(letter)} (${address}, ${time})`, bad: true }
    case 'complained':
      return { text: `an ${address} als Spam gemeldet`, bad: true }
    case 'parked':
      return /Adresse prüfen/.test(letter.reason ?? '')
        ? { text: `abgewiesen: Die Adresse ${address} wird nicht angenommen`, bad: true }
        : { text: `wartet bei uns und geht dann an ${address}; wir sehen das`, bad: false }
    case 'unknown':
      return { text: 'ungewiss, ob sie ankam; wir sehen das und kümmern uns', bad: true }
    case 'dropped':
      return { text: 'nicht verschickt; wir sehen das und kümmern uns', bad: true }
    default:
      return { text: `wird an ${address} geschickt`, bad: false }
  }
}

/** Whether polling can end: the payment is decided, and the mail has arrived or never will. */
export function isSettled(status: OrderAnswer): boolean {
  if (['failed', 'expired', 'refunded', 'suspended'].includes(status.payment)) return true
  // Parked only until somebody gives the address; nobody knows when, so the page does not wait for it.
  if (status.payment === 'parked') return status.address === 'give'
  const letter = status.letter?.state
  return (
    status.payment === 'paid' &&
    status.access &&
    letter !== undefined &&
    !['queued', 'parked', 'handed_over', 'sent', 'delayed'].includes(letter)
  )
}
