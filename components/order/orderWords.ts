import { timeOfDay } from '#components/format.ts'

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
}

/** Where the mail is: never more certain than what the mail service told us. */
export function letterWords(letter: OrderLetter | null, to: string | null): { text: string; bad: boolean } {
  const address = to ?? 'deine Adresse'
  if (!letter) return { text: 'wird gleich geschrieben', bad: false }
  const time = timeOfDay(letter.at)
  const because = letter.reason ? `: ${letter.reason}` : ''
  switch (letter.state) {
    case 'delivered':
      return { text: `zugestellt an ${address}, ${time}`, bad: false }
    case 'handed_over':
    case 'sent':
      return { text: `unterwegs an ${address}, ${time}`, bad: false }
    case 'delayed':
      return { text: `verspätet an ${address}${because || ': das Postfach nimmt gerade nicht an'}`, bad: false }
    case 'bounced':
    case 'suppressed':
    case 'failed':
      return { text: `nicht zustellbar an ${address}${because}`, bad: true }
    case 'complained':
      return { text: `an ${address} als Spam gemeldet`, bad: true }
    case 'parked':
    case 'unknown':
    case 'dropped':
      return { text: 'hängt bei uns; wir sehen das und kümmern uns', bad: true }
    default:
      return { text: `wird an ${address} geschickt`, bad: false }
  }
}

/** Polling ends here: the payment is decided and the mail has arrived or cannot. */
export function isSettled(status: OrderAnswer): boolean {
  if (['failed', 'expired', 'refunded', 'suspended', 'parked'].includes(status.payment)) return true
  const letter = status.letter?.state
  return (
    status.payment === 'paid' &&
    status.access &&
    letter !== undefined &&
    !['queued', 'handed_over', 'sent', 'delayed'].includes(letter)
  )
}
