/**
 * The payment methods a person can type, and what becomes of them. Numbers are Stripe's own test numbers where Stripe
 * has one for the case. Sentences are what the payment page shows.
 */

export interface Decline {
  code: string
  declineCode?: string
  /** For the buyer, German. */
  sentence: string
  /** For the API, Stripe's own words. */
  message: string
}

export type Fate =
  | { kind: 'succeeds'; later?: 'dispute' }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'pending'; later?: 'intent_succeed' | 'intent_fail'; quickly?: boolean; dispute?: boolean }

export interface Method {
  type: 'card' | 'sepa_debit'
  fate: Fate
  details: object
}

export interface FieldError {
  field: 'card' | 'expiry' | 'cvc' | 'iban'
  sentence: string
}

const decline = (code: string, declineCode: string | undefined, sentence: string, message: string): Fate => ({
  kind: 'declined',
  decline: { code, declineCode, sentence, message },
})

const cards: Record<string, Fate> = {
  '4242424242424242': { kind: 'succeeds' },
  '5555555555554444': { kind: 'succeeds' },
  '4000002760000016': { kind: 'succeeds' },
  '4000000000000259': { kind: 'succeeds', later: 'dispute' },
  '4000000000007726': { kind: 'succeeds' },
  '4000000000005126': { kind: 'succeeds' },
  '4000000000000002': decline(
    'card_declined',
    'generic_decline',
    'Deine Bank hat die Karte abgelehnt. Nimm eine andere Karte oder zahl per Lastschrift.',
    'Your card was declined.',
  ),
  '4000000000009995': decline(
    'card_declined',
    'insufficient_funds',
    'Auf dem Konto dieser Karte ist nicht genug Geld. Nimm eine andere Karte oder zahl per Lastschrift.',
    'Your card has insufficient funds.',
  ),
  '4000000000000069': decline('expired_card', 'expired_card', 'Diese Karte ist abgelaufen.', 'Your card has expired.'),
  '4000000000000127': decline(
    'incorrect_cvc',
    'incorrect_cvc',
    'Die Prüfziffer passt nicht zur Karte.',
    "Your card's security code is incorrect.",
  ),
  '4000000000000119': decline(
    'processing_error',
    'processing_error',
    'Bei der Bank ging etwas schief. Versuch es in einem Moment noch einmal.',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
}

/** Cards whose refunds do not succeed at once, by their last four digits. */
export const refundFates: Record<string, 'pending' | 'failed'> = { '7726': 'pending', '5126': 'failed' }

const ibans: Record<string, Fate> = {
  DE89370400440532013000: { kind: 'pending' },
  DE08370400440532013003: { kind: 'pending', later: 'intent_succeed' },
  DE62370400440532013001: { kind: 'pending', later: 'intent_fail', quickly: true },
  DE78370400440532013004: { kind: 'pending', later: 'intent_fail' },
  DE35370400440532013002: { kind: 'pending', later: 'intent_succeed', quickly: true, dispute: true },
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false
  const digits = (text.slice(4) + text.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  let rest = 0
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97
  return rest === 1
}

const brandOf = (digits: string) => (digits.startsWith('5') ? 'mastercard' : 'visa')

/** `12 / 34`, `12/2034` → month and year, or null. */
function parseExpiry(text: string): { month: number; year: number } | null {
  const match = /^\s*(\d{1,2})\s*[/.\- ]?\s*(\d{4}|\d{2})\s*$/.exec(text)
  if (!match) return null
  const month = Number(match[1])
  const year = Number(match[2]) + ((match[2] as string).length === 2 ? 2000 : 0)
  return month >= 1 && month <= 12 ? { month, year } : null
}

/** Reads a card; expiry and CVC are checked only when given (the page always gives them). */
export function readCard(input: { card: string; expiry?: string; cvc?: string }, now: Date): Method | FieldError[] {
  const digits = input.card.replace(/[\s-]/g, '')
  const errors: FieldError[] = []
  const complain = (field: FieldError['field'], sentence: string) => errors.push({ field, sentence })
  if (digits === '') complain('card', 'Die Kartennummer fehlt.')
  else if (!/^\d{12,19}$/.test(digits) || !passesLuhn(digits))
    complain('card', 'Diese Kartennummer gibt es nicht. Schau noch einmal auf die Ziffern.')
  const expiry = input.expiry === undefined ? { month: 12, year: now.getUTCFullYear() + 3 } : parseExpiry(input.expiry)
  if (!expiry) complain('expiry', 'Gib Monat und Jahr an, zum Beispiel 12/34.')
  else if (new Date(Date.UTC(expiry.year, expiry.month, 1)) <= now) complain('expiry', 'Diese Karte ist abgelaufen.')
  if (input.cvc !== undefined && !/^\d{3,4}$/.test(input.cvc.trim()))
    complain('cvc', 'Die Prüfziffer hat drei oder vier Ziffern.')
  if (errors.length > 0 || !expiry) return errors
  const fate = cards[digits]
  if (!fate) return [{ field: 'card', sentence: 'Hier gelten nur Testkarten, zum Beispiel 4242 4242 4242 4242.' }]
  return {
    type: 'card',
    fate,
    details: {
      type: 'card',
      card: {
        brand: brandOf(digits),
        checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
        country: 'DE',
        exp_month: expiry.month,
        exp_year: expiry.year,
        funding: 'credit',
        last4: digits.slice(-4),
        network: brandOf(digits),
        three_d_secure: null,
        wallet: null,
      },
    },
  }
}

/** Reads an IBAN; every valid one that is not in the list stays pending until the dashboard decides. */
export function readIban(text: string): Method | FieldError[] {
  const iban = text.replace(/\s/g, '').toUpperCase()
  if (iban === '') return [{ field: 'iban', sentence: 'Die IBAN fehlt.' }]
  if (!isIban(iban))
    return [{ field: 'iban', sentence: 'Diese IBAN gibt es nicht. Schau noch einmal auf die Ziffern.' }]
  return {
    type: 'sepa_debit',
    fate: ibans[iban] ?? { kind: 'pending' },
    details: {
      type: 'sepa_debit',
      sepa_debit: {
        bank_code: iban.slice(4, 12),
        branch_code: '',
        country: iban.slice(0, 2),
        last4: iban.slice(-4),
        mandate: null,
      },
    },
  }
}
