import { accountOrigin } from '#domain/access/accountOrigin.ts'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { normalizeEmail, spellingsOf } from '#domain/access/rules.ts'
import { letterStateOf } from '#domain/mail/letterStateOf.ts'
import { undeliverable } from '#domain/mail/rules.ts'
import { answerLoginRequest } from '#domain/sales/answerLoginRequest.ts'
import { insertClaim } from '#domain/sales/claim/store.ts'
import { reconcile } from '#domain/sales/reconciler/reconcile.ts'
import { lacksAddress, orderAddress, parseOrderNumber } from '#domain/sales/rules.ts'
import { sessionsOfAddress } from '#domain/sales/sessionsOfAddress.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { findPurchase, type PurchaseRow, readPurchaseOfSession } from '#domain/sales/store.ts'
import { AppError, isAppError, isOutsideError } from '#errors'
import type { Ctx, JobPayloads } from '#ports'

/** Of one address only so many sessions are looked at, the newest. */
const SESSIONS_LOOKED_AT = 5

/**
 * The job behind `claimAccess`: settles again whatever the address or the reference points to, sends login letters to
 * the given address and to the order's own account, and lays what remains before the operator. A repeated job adds
 * nothing. Throws `OutsideError('stripe')` while Stripe is away and the address has no account, or the reference is a
 * payment only Stripe can place; `invalid_input` for an unusable address.
 */
export async function workClaim(ctx: Ctx, job: JobPayloads['access.claim']): Promise<void> {
  const normal = normalizeEmail(job.email)
  if (!normal) throw new AppError('invalid_input', 'claim with an unusable address')
  const named = job.reference ? await sessionOf(ctx, job.reference) : null
  const sessions = await sessionsOfAddress(ctx, spellingsOf(job.email), SESSIONS_LOOKED_AT)
  const outage = await settleAll(ctx, new Set([...(named ? [named] : []), ...sessions]))
  const person = await findPersonByEmail(ctx, normal)
  // It is too early to write „kein Zugang“: Stripe has not answered yet.
  if (outage && !person) throw outage
  if (!person && !named && sessions.length === 0) await lookAtStripe(ctx)
  await answerLoginRequest(ctx, { ...job, next: null })
  const purchase = named ? await readPurchaseOfSession(ctx.db, named) : null
  if (purchase && purchase.state !== 'foreign') await toOrdersAddress(ctx, job, purchase, normal)
  await layBefore(ctx, job, { purchase, personId: person?.id ?? null, sessions })
}

/** How far back a claim that leads nowhere makes the reconciler look. */
const LOOK_BACK_MS = 24 * 3_600_000

/**
 * Perhaps the order was paid under another address and its event never came: then Stripe's list knows it, and settling
 * it sends the welcome letter. Once in five minutes for everybody together, so that strangers cannot keep us asking
 * Stripe.
 */
async function lookAtStripe(ctx: Ctx): Promise<void> {
  try {
    await ctx.limits.consume('claim_look_at_stripe', 'all')
    const since = new Date(ctx.clock.now().getTime() - LOOK_BACK_MS)
    // Known orders are asked after on schedule; a claim must not make us ask more often.
    await reconcile(ctx, { since, withPurchases: false })
  } catch (error) {
    // Another run is under way, or Stripe is away: the scheduled run follows within minutes.
    if (!isAppError(error) && !isOutsideError(error)) throw error
  }
}

/** The session behind what people have at hand: our number or one of Stripe's ids. A receipt number leads nowhere. */
async function sessionOf(ctx: Ctx, reference: string): Promise<string | null> {
  if (/^cs_[A-Za-z0-9_]{5,250}$/.test(reference)) return reference
  if (/^(pi|ch|py)_[A-Za-z0-9_]{5,250}$/.test(reference)) {
    const isIntent = reference.startsWith('pi_')
    return ctx.payments
      .findSessionId(isIntent ? { paymentIntentId: reference } : { chargeId: reference })
      .catch((error) => {
        // Mistyped or invented: the asking person still gets a letter, and the operator sees the claim.
        if (isOutsideError(error) && !error.retryable) return null
        throw error
      })
  }
  const number = parseOrderNumber(reference)
  return number === null ? null : ((await findPurchase(ctx.db, { number }))?.sessionId ?? null)
}

/** Settles each session; answers the last outage that prevented one, else null. An invented session is skipped. */
async function settleAll(ctx: Ctx, sessions: Set<string>): Promise<Error | null> {
  let outage: Error | null = null
  for (const sessionId of sessions) {
    try {
      await settleOrder(ctx, sessionId)
    } catch (error) {
      if (isOutsideError(error) && !error.retryable) continue
      if (!isOutsideError(error) && !isAppError(error)) throw error
      outage = error
    }
  }
  return outage
}

/**
 * The order's own account gets a login letter too, whoever asked. Under a limit of its own: order numbers can be
 * guessed, and whoever does so must not use up the letters that the owner may ask for.
 */
async function toOrdersAddress(ctx: Ctx, job: JobPayloads['access.claim'], purchase: PurchaseRow, asked: string) {
  const owner = purchase.personId ? await ownerAddress(ctx, purchase) : null
  const normal = owner ? normalizeEmail(owner) : null
  if (!owner || !normal || normal === asked) return
  try {
    await ctx.limits.consume('claim_letter_per_owner', normal)
  } catch (error) {
    if (isAppError(error) && error.code === 'rate_limited') return
    throw error
  }
  await answerLoginRequest(ctx, { ...job, email: owner, next: null })
}

const ownerAddress = async (ctx: Ctx, purchase: PurchaseRow): Promise<string | null> =>
  purchase.personId ? ((await accountOrigin(ctx, purchase.personId))?.email ?? null) : null

interface Found {
  purchase: PurchaseRow | null
  personId: string | null
  sessions: string[]
}

const claimSentence =
  'Jemand hat bezahlt und kommt nicht hinein; allein ging es nicht zu lösen. Unter /admin/anfragen steht, was fehlt.'

/** What no letter can repair becomes a claim for the operator, one per order and asking address. */
async function layBefore(ctx: Ctx, job: JobPayloads['access.claim'], found: Found): Promise<void> {
  const about = found.purchase ?? (found.sessions[0] ? await readPurchaseOfSession(ctx.db, found.sessions[0]) : null)
  const why = await whyOf(ctx, job, found, about)
  if (!why) return
  const isNew = await insertClaim(ctx.db, {
    id: ctx.ids.fromName(`claim:${about?.id ?? job.reference}:${normalizeEmail(job.email)}`),
    receivedAt: ctx.clock.now(),
    email: job.email,
    reference: job.reference,
    purchaseId: about?.id ?? null,
    why,
  })
  if (isNew) await ctx.alarms.raise('claim_waiting', claimSentence)
}

async function whyOf(ctx: Ctx, job: JobPayloads['access.claim'], found: Found, about: PurchaseRow | null) {
  if (!about || about.state === 'foreign') return job.reference && !found.personId ? 'unknown_order' : null
  if (about.state === 'parked') return lacksAddress(about) ? 'no_address' : 'order_parked'
  const letter = await letterStateOf(ctx, { purchaseId: about.id, kind: 'welcome' })
  if (letter && undeliverable.includes(letter.state)) return 'letter_lost'
  // Also while a debit is on its way: under a mistyped address all its letters go astray until the money comes.
  const owner = about.personId ? await ownerAddress(ctx, about) : orderAddress(about)
  return ['paid', 'pending'].includes(about.state) && owner && normalizeEmail(owner) !== normalizeEmail(job.email)
    ? 'other_address'
    : null
}
