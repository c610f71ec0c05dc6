import type { Evidence, PurchaseRow } from './evidence.ts'
import { expectationOf } from './model.ts'

/**
 * The invariants, each as a function from the evidence to a list of sentences that say what is wrong. They know
 * Stripe's terms, the accepted mails and the rows, and use no code of the product.
 */

export type Checker = (seen: Evidence) => string[]

const purchaseOf = (seen: Evidence) => new Map(seen.rows.purchases.map((row) => [row.session_id, row]))
const activeGrants = (seen: Evidence, row: PurchaseRow | undefined) =>
  row ? seen.rows.grants.filter((grant) => grant.source === `purchase:${row.id}` && grant.active) : []

/** Every session with what its truth demands and the row we have. */
function* compared(seen: Evidence) {
  const rows = purchaseOf(seen)
  for (const session of seen.stripe.sessions)
    yield { session, wanted: expectationOf(session, seen.stripe), row: rows.get(session.id) }
}

/** I1: paid means exactly one active grant of its own. */
const paidHasOneGrant: Checker = (seen) => {
  const wrong: string[] = []
  for (const { session, wanted, row } of compared(seen)) {
    const count = activeGrants(seen, row).length
    if (wanted.access && count !== 1) wrong.push(`${session.id} is paid and has ${count} active grants`)
  }
  return wrong
}

/** I3: not paid, returned or lost means no access from it; and no grant comes from nowhere. */
const unpaidHasNoGrant: Checker = (seen) => {
  const wrong: string[] = []
  const allowed = new Set<string>()
  for (const { session, wanted, row } of compared(seen)) {
    if (wanted.access && row) allowed.add(`purchase:${row.id}`)
    else if (activeGrants(seen, row).length > 0)
      wrong.push(`${session.id} is ${wanted.state} and still opens the course`)
  }
  for (const { source, active } of seen.rows.grants)
    if (active && !allowed.has(source)) wrong.push(`the grant ${source} has no payment`)
  return wrong
}

/** I5: the state is the one that Stripe's last truth demands, whatever happened on the way. */
const stateIsOfTheTruth: Checker = (seen) => {
  const wrong: string[] = []
  for (const { session, wanted, row } of compared(seen)) {
    if (row === undefined && wanted.mayBeMissing) continue
    if (row?.state !== wanted.state)
      wrong.push(`${session.id} should be ${wanted.state} and is ${row?.state ?? 'unknown to us'}`)
    for (const flag of wanted.flags)
      if (!row?.flags.includes(flag)) wrong.push(`${session.id} should carry the flag ${flag}`)
  }
  return wrong
}

/** Two paid purchases of one person are both flagged, and nobody else's. */
const doublePaymentsAreFlagged: Checker = (seen) => {
  const paid = seen.rows.purchases.filter((row) => row.state === 'paid')
  return paid.flatMap((row) => {
    const others = paid.filter((other) => other.person_id === row.person_id && other.id !== row.id).length
    const flagged = row.flags.includes('double_payment')
    return others > 0 === flagged ? [] : [`${row.session_id}: ${others} other paid purchases, flagged: ${flagged}`]
  })
}

/**
 * I2: at most one automatic letter accepted per purchase and kind (per refund for refunds), and the owed ones are
 * there.
 */
const lettersOnce: Checker = (seen) => {
  const wrong: string[] = []
  const accepted = (key: string) => {
    const letter = seen.rows.letters.find((one) => one.unique_key === key)
    return letter ? seen.mails.filter((mail) => mail.letterId === letter.id).length : 0
  }
  for (const { session, wanted, row } of compared(seen)) {
    if (!row) continue
    for (const kind of ['welcome', 'payment_pending', 'payment_failed']) {
      const count = accepted(`${kind}:${row.id}`)
      if (count > 1) wrong.push(`${session.id} got ${count} letters of the kind ${kind}`)
      if (count === 0 && wanted.letter === kind) wrong.push(`${session.id} is owed ${kind} and got none`)
    }
    for (const refund of seen.stripe.refunds.filter((one) => one.payment_intent === session.payment_intent)) {
      const count = accepted(`refund:${refund.id}`)
      if (count > 1) wrong.push(`refund ${refund.id} was told ${count} times`)
      if (count === 0 && refund.status === 'succeeded' && row.email && wanted.state !== 'foreign')
        wrong.push(`refund ${refund.id} was never told`)
    }
  }
  return wrong
}

/** The same from Resend's side alone: as many welcomes per address as its purchases can have caused, no key twice. */
const mailsMatchPurchases: Checker = (seen) => {
  const wrong: string[] = []
  const keys = new Map<string, number>()
  for (const { key } of seen.mails) if (key) keys.set(key, (keys.get(key) ?? 0) + 1)
  for (const [key, count] of keys) if (count > 1) wrong.push(`${count} mails were accepted under the key ${key}`)
  for (const mail of seen.mails) if (!mail.key) wrong.push(`mail ${mail.id} was sent without a key`)
  const bounds = new Map<string, { least: number; most: number }>()
  for (const { session, wanted } of compared(seen)) {
    const email = (session.customer_details?.email ?? session.customer_email)?.toLowerCase()
    if (!email) continue
    const bound = bounds.get(email) ?? { least: 0, most: 0 }
    bounds.set(email, bound)
    if (wanted.letter === 'welcome') bound.least++
    if (wanted.everPaid) bound.most++
  }
  for (const [email, { least, most }] of bounds) {
    const count = seen.mails.filter(
      (mail) => mail.kind === 'welcome' && mail.to.some((to) => to.toLowerCase() === email),
    )
    if (count.length < least || count.length > most)
      wrong.push(`${email} got ${count.length} welcomes, ${least} to ${most} are right`)
  }
  return wrong
}

const ledgerWords: Record<string, string> = { delivery_delayed: 'delayed' }

/** The ledger says what became of each mail; Resend lost none of its reports in the end. */
const ledgerIsTrue: Checker = (seen) => {
  const letters = new Map(seen.rows.letters.map((letter) => [letter.id, letter]))
  return seen.mails.flatMap((mail) => {
    const said = letters.get(mail.letterId)?.state
    const true_ = ledgerWords[mail.state] ?? mail.state
    return said === true_ ? [] : [`mail ${mail.id} (${mail.kind}) is ${true_}, our ledger says ${said ?? 'nothing'}`]
  })
}

/** I2, second half: an address that cannot be reached is shown to the operator. */
const deadAddressesAreVisible: Checker = (seen) => {
  const dead = seen.mails.filter(({ state }) => state === 'bounced' || state === 'suppressed')
  // Red if somebody paid for it, else a warning.
  const told = [...seen.status.causes, ...seen.status.warnings].map(({ code }) => code)
  return dead.length === 0 || told.some((code) => ['mail_address', 'mail_unpaid'].includes(code))
    ? []
    : [`${dead.length} mails reached nobody, and the status does not say so`]
}

/** I4: whatever we answered with 2xx is stored. */
const acknowledgedIsStored: Checker = (seen) => {
  const stored = new Set(seen.rows.inbox.filter(({ source }) => source === 'stripe').map(({ id }) => id))
  return seen.stripe.deliveries.flatMap(({ id, attempts }) =>
    attempts.some(({ status }) => status >= 200 && status < 300) && !stored.has(id)
      ? [`event ${id} was acknowledged and is not stored`]
      : [],
  )
}

/** I6: no login token or cookie in a log or in clear in a row; no buyer's address in a log. */
const secretsStaySecret: Checker = (seen) => {
  const wrong: string[] = []
  const ours = Object.entries(seen.logs).filter(([part]) => part.startsWith('web') || part.startsWith('worker'))
  for (const [part, text] of ours)
    for (const secret of seen.secrets)
      if (text.includes(secret)) wrong.push(`a token of a letter is in the log of ${part}`)
  for (const [table, text] of Object.entries(seen.dump))
    for (const secret of seen.secrets)
      if (text.includes(secret)) wrong.push(`a token of a letter is in clear in ${table}`)
  for (const [part, text] of ours) {
    const address = /[\w.]+@chaos\.test/.exec(text)?.[0]
    if (address) wrong.push(`the address ${address} is in the log of ${part}`)
  }
  return [...new Set(wrong)]
}

/** Alarms a healthy shop may still raise after such a day: they name what waits for a person. */
const restingCauses = new Set(['order_parked', 'mail_address', 'webhook_missing_stripe'])

/** I8: nothing is open, queued, unfinished or dead, and the status says so. */
const nothingIsStuck: Checker = (seen) => [
  ...seen.rows.inbox.filter(({ handled }) => !handled).map(({ source, id }) => `event ${source} ${id} is still open`),
  ...seen.rows.letters
    .filter(({ state }) => ['queued', 'parked', 'unknown', 'dropped'].includes(state))
    .map(({ id, kind, state }) => `letter ${id} (${kind}) is ${state}`),
  ...seen.rows.jobs.map(({ name, state, data, error }) => `job ${name} is ${state}: ${data} ${error ?? ''}`),
  ...seen.status.causes.filter(({ code }) => !restingCauses.has(code)).map(({ code }) => `the status says ${code}`),
]

/** I9: money columns are Stripe's figures, and so are refunds and disputes. */
const amountsAreStripes: Checker = (seen) => {
  const wrong: string[] = []
  const compare = (what: string, ours: unknown, theirs: unknown) => {
    if (ours !== theirs) wrong.push(`${what}: ${ours} with us, ${theirs} at Stripe`)
  }
  for (const { session, row, wanted } of compared(seen)) {
    if (!row || wanted.state === 'foreign') continue
    const refunds = seen.stripe.refunds.filter((one) => one.payment_intent === session.payment_intent)
    const returned = refunds.filter(({ status }) => status === 'succeeded').reduce((sum, { amount }) => sum + amount, 0)
    compare(`${session.id} subtotal`, row.amount_subtotal, session.amount_subtotal)
    compare(`${session.id} discount`, row.amount_discount, session.total_details.amount_discount)
    compare(`${session.id} tax`, row.amount_tax, session.total_details.amount_tax)
    compare(`${session.id} total`, row.amount_total, session.amount_total)
    compare(`${session.id} refunded`, row.amount_refunded, returned)
    compare(`${session.id} currency`, row.currency, session.currency)
    compare(`${session.id} quantity`, row.quantity, session.quantity)
    for (const kind of ['refunds', 'disputes'] as const) {
      const theirs = seen.stripe[kind].filter((one) => one.payment_intent === session.payment_intent)
      const ours = new Map(seen.rows[kind].map((one) => [one.id, one]))
      for (const { id, amount, status } of theirs) {
        compare(`${id} amount`, ours.get(id)?.amount, amount)
        compare(`${id} status`, ours.get(id)?.status, status)
      }
    }
  }
  return wrong
}

/** A double click, a repeated click and a killed web make one session per attempt. */
const oneSessionPerAttempt: Checker = (seen) =>
  seen.attempts
    .filter(({ sessionIds }) => sessionIds.length > 1)
    .map(({ attemptId, sessionIds }) => `attempt ${attemptId} was answered with ${sessionIds.length} sessions`)

/** Foreign sessions are known as such and keep no person's data. */
const foreignStaysForeign: Checker = (seen) =>
  [...compared(seen)].flatMap(({ session, row, wanted }) =>
    row?.email && wanted.state === 'foreign' ? [`the foreign session ${session.id} left an address`] : [],
  )

export const checkers: Record<string, Checker> = {
  'I1 paid has one grant': paidHasOneGrant,
  'I2 letters once': lettersOnce,
  'I2 mails match purchases': mailsMatchPurchases,
  'I2 dead addresses are visible': deadAddressesAreVisible,
  'I3 unpaid has no grant': unpaidHasNoGrant,
  'I4 acknowledged is stored': acknowledgedIsStored,
  'I5 state is of the truth': stateIsOfTheTruth,
  'I5 double payments are flagged': doublePaymentsAreFlagged,
  'I6 secrets stay secret': secretsStaySecret,
  'I8 nothing is stuck': nothingIsStuck,
  'I9 amounts are Stripe’s': amountsAreStripes,
  'one session per attempt': oneSessionPerAttempt,
  'the ledger is true': ledgerIsTrue,
  'foreign stays foreign': foreignStaysForeign,
}

export const judge = (seen: Evidence): string[] =>
  Object.entries(checkers).flatMap(([name, check]) => check(seen).map((sentence) => `${name}: ${sentence}`))
