import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { prepareWelcomeLink } from '#domain/access/prepareWelcomeLink.ts'
import { aboutHours } from '#domain/learning/aboutHours.ts'
import { letterStateOf } from '#domain/mail/letterStateOf.ts'
import { type NewLetter, queueLetters } from '#domain/mail/queueLetters.ts'
import type { DraftRow } from '#domain/sales/checkout/store.ts'
import type { OwedLetter, OwedNotice } from '#domain/sales/letterRules.ts'
import { operatorOrderLetters } from '#domain/sales/operatorOrderLetters.ts'
import { orderNumber } from '#domain/sales/rules.ts'
import type { PurchaseRow } from '#domain/sales/store.ts'
import type { CheckoutTruth, Ctx } from '#ports'

export interface OrderFacts {
  purchase: PurchaseRow
  draft: DraftRow | null
  truth: CheckoutTruth
  /** The address of an account that this transaction made; null: look it up. */
  accountAddress: string | null
}

/**
 * Queues everything that a purchase owes its buyer and the operator, in the caller's transaction and once per cause
 * (I2): a state's letter once per purchase and kind, a refund's once per refund. `welcome` is also the contract
 * confirmation (§ 312f BGB), so everything it states is frozen here. Without an address a letter is left out; a later
 * settle writes it.
 */
export async function writeOrderLetters(
  ctx: Ctx,
  owed: { letters: OwedLetter[]; notices: OwedNotice[] },
  about: OrderFacts,
): Promise<void> {
  const letters: NewLetter[] = []
  for (const one of owed.letters) {
    const letter = await orderLetter(ctx, one, about)
    if (letter) letters.push(letter)
  }
  await queueLetters(ctx, [
    ...letters,
    ...owed.notices.flatMap((notice) => operatorOrderLetters(ctx, notice, about.purchase)),
  ])
  const welcome = letters.find(({ kind }) => kind === 'welcome')
  const { personId } = about.purchase
  // The same name gives the same letter id, and with it the same link on every retry.
  if (welcome && personId) await prepareWelcomeLink(ctx, { letterId: ctx.ids.fromName(welcome.uniqueKey), personId })
}

async function orderLetter(ctx: Ctx, owed: OwedLetter, about: OrderFacts): Promise<NewLetter | null> {
  const { purchase } = about
  // A purchase settled before may have its letter. Then its link must not become valid again, which it would once
  // `forgetLogins` has deleted the old hash.
  if (owed.kind === 'welcome' && purchase.version > 1 && (await letterStateOf(ctx, welcomeOf(purchase)))) return null
  const to = await addressOf(ctx, about)
  if (!to) return null
  return {
    kind: owed.kind,
    uniqueKey: owed.kind === 'refund' ? `refund:${owed.refundId}` : `${owed.kind}:${purchase.id}`,
    to,
    personId: purchase.personId,
    purchaseId: purchase.id,
    inputs: await inputsOf(ctx, owed, about),
  }
}

const welcomeOf = ({ id }: PurchaseRow) => ({ purchaseId: id, kind: 'welcome' as const })

/**
 * The account's own address, whatever a wallet handed to Stripe: the letter carries a login link, which must never
 * reach another mailbox. A corrected address is the account's, so it counts here too. Without an account the address
 * that was paid with.
 */
async function addressOf(ctx: Ctx, { purchase, draft, accountAddress }: OrderFacts) {
  if (accountAddress) return accountAddress
  const owner = purchase.personId ?? draft?.personId
  if (!owner) return purchase.email
  return (await accountOrigin(ctx, owner))?.email ?? null
}

async function inputsOf(ctx: Ctx, owed: OwedLetter, about: OrderFacts) {
  if (owed.kind === 'welcome') return contractInputs(ctx, about)
  if (owed.kind !== 'refund') return orderInputs(about.purchase)
  return { ...orderInputs(about.purchase), refundAmount: owed.refundAmount, accessEnds: owed.accessEnds }
}

function orderInputs(purchase: PurchaseRow) {
  return {
    name: purchase.name,
    number: orderNumber(purchase.number, purchase.createdAt),
    productName: 'Die Produktivitäts-Werkstatt',
    /** Cents. */
    amountTotal: purchase.amountTotal,
    amountRefunded: purchase.amountRefunded,
    currency: purchase.currency,
    orderedAt: purchase.createdAt.toISOString(),
  }
}

/** What was agreed, and both declarations with their time and text version, as given on our order page. */
async function contractInputs(ctx: Ctx, { purchase, draft, truth }: OrderFacts) {
  const { versions, accessYears, taxRegime } = ctx.settings.operator
  return {
    ...orderInputs(purchase),
    amountSubtotal: purchase.amountSubtotal,
    amountDiscount: purchase.amountDiscount,
    amountTax: purchase.amountTax,
    taxRegime,
    accessYears,
    paidAt: (purchase.paidAt ?? purchase.createdAt).toISOString(),
    receiptUrl: truth.receiptUrl,
    invoiceNumber: truth.invoice?.number ?? purchase.invoiceNumber,
    invoiceUrl: truth.invoice?.url ?? purchase.invoiceUrl,
    termsVersion: draft?.termsVersion ?? versions.terms,
    withdrawalVersion: versions.withdrawal,
    consent: {
      startNow: draft?.consentStartNow ?? false,
      acknowledgesLoss: draft?.consentAcknowledgesLoss ?? false,
      textVersion: draft?.consentTextVersion ?? versions.consent,
      at: draft?.consentAt?.toISOString() ?? null,
    },
    ...(await contractTexts(ctx, draft)),
  }
}

/**
 * The contract's texts themselves, because a link is no durable medium (§ 126b BGB): attached as stored documents, or,
 * when those cannot be made, inside the letter, because no order waits for a PDF.
 */
async function contractTexts(ctx: Ctx, draft: DraftRow | null) {
  const { modules, lessons } = ctx.content.course()
  const consent = ctx.content.consent()
  const seconds = lessons.reduce((sum, lesson) => sum + lesson.durationSeconds, 0)
  const documents = await ctx.documents.legal(ctx.db, draft?.termsVersion)
  return {
    consentTexts:
      consent.version === (draft?.consentTextVersion ?? ctx.settings.operator.versions.consent)
        ? { startNow: consent.startNow, acknowledgesLoss: consent.acknowledgesLoss }
        : undefined,
    contents: {
      ...{ modules: modules.length, lessons: lessons.length },
      // `hours` is read by workers of an older version; the letter says `film`.
      hours: Math.round(seconds / 3600),
      film: aboutHours(seconds),
    },
    ...(documents ? { documents } : { legal: legalTexts(ctx) }),
  }
}

const legalTexts = (ctx: Ctx) => ({
  withdrawalHtml: ctx.content.withdrawalInstruction(),
  termsHtml: ctx.content.legalHtml('agb'),
})
