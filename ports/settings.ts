export interface Operator {
  name: string
  legalForm: string | null
  street: string
  postalCode: string
  city: string
  country: string
  email: string
  phone: string
  vatId: string | null
  taxRegime: 'regular' | 'small_business'
  /** „Zugang mindestens n Jahre“. */
  accessYears: number
  versions: { terms: string; withdrawal: string; consent: string }
  /** Who made the course, in the operator's own words; empty = the block is left out. */
  about: string | null
  /** Paths of fields that still hold a `[[…]]` placeholder. */
  placeholders: string[]
}

export interface Settings {
  siteUrl: string
  dataDir: string
  sandbox: boolean
  emulated: ('stripe' | 'resend' | 'bunny')[]
  /** Local pages of the emulators, for banner and links; empty outside the sandbox. */
  emulatorUrls: { stripe?: string; mailbox?: string; bunny?: string }
  livemode: boolean
  priceRef: { id?: string; lookupKey?: string }
  /** Stripe writes an invoice for every paid order, and the checkout asks for address and VAT id. */
  invoices: boolean
  mailFrom: string
  mailReplyTo: string | null
  adminEmails: string[]
  operator: Operator
  /** Whether Resend's webhook is configured; without it letters stay „übergeben“. */
  mailEvents: boolean
  /** The same for Bunny's; without it the states of films are read every hour only. */
  filmEvents: boolean
}
