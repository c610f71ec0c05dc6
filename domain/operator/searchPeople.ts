import { accessFile } from '#domain/access/accessFile.ts'
import { findPeople, type PersonRow } from '#domain/access/findPeople.ts'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { searchWords, spellingsOf } from '#domain/access/rules.ts'
import { getLetter } from '#domain/mail/getLetter.ts'
import { lettersOf } from '#domain/mail/lettersOf.ts'
import type { LetterRow } from '#domain/mail/listLetters.ts'
import { findDraft } from '#domain/sales/checkout/findDraft.ts'
import { getOrder } from '#domain/sales/getOrder.ts'
import type { Order } from '#domain/sales/listOrders.ts'
import { orderOfStripeId } from '#domain/sales/orderOfStripeId.ts'
import { parseOrderNumber } from '#domain/sales/rules.ts'
import { searchOrders } from '#domain/sales/searchOrders.ts'
import { sessionOfPayment } from '#domain/sales/sessionOfPayment.ts'
import { isOutsideError } from '#errors'
import type { Ctx, EventHead } from '#ports'
import { isUuid } from '#uuid'

export interface Found {
  people: PersonRow[]
  /** Orders, unless their person is in the list already. */
  orders: Order[]
  letters: LetterRow[]
  events: EventHead[]
}

/** Most rows of each sort; a longer search text finds fewer. */
const LIMIT = 25
const TEXT_LENGTH = 280
const nothing: Found = { people: [], orders: [], letters: [], events: [] }

/**
 * The operator's one search: an address, parts of a name, any Stripe id, an order number, an id of ours or of Resend.
 * Nothing for an empty or too long text. Every query has an index and a limit; the text itself is stored nowhere.
 */
export async function searchPeople(ctx: Ctx, text: string): Promise<Found> {
  const wanted = text.trim()
  if (wanted === '' || wanted.length > TEXT_LENGTH) return nothing
  if (isUuid(wanted)) return byOwnId(ctx, wanted.toLowerCase())
  if (/^[a-z]{2,5}_[A-Za-z0-9_]+$/.test(wanted)) return byForeignId(ctx, wanted)
  if (parseOrderNumber(wanted) !== null) {
    const detail = await getOrder(ctx, wanted)
    return { ...nothing, orders: detail ? [detail.order] : [] }
  }
  return wanted.includes('@') ? byAddress(ctx, wanted) : byWords(ctx, wanted)
}

/** A UUID is an id of ours, or one of Resend's, which look the same. */
async function byOwnId(ctx: Ctx, id: string): Promise<Found> {
  const [access, order, draft, letter, sent] = await Promise.all([
    accessFile(ctx, id),
    getOrder(ctx, id),
    findDraft(ctx, id),
    getLetter(ctx, id),
    lettersOf(ctx, { providerId: id }, LIMIT),
  ])
  const ordered = draft?.sessionId && !order ? await getOrder(ctx, draft.sessionId) : order
  return {
    people: access ? [access.person] : [],
    orders: ordered ? [ordered.order] : [],
    letters: letter ? [letter.letter] : sent,
    events: [],
  }
}

async function byForeignId(ctx: Ctx, id: string): Promise<Found> {
  const [event, delivery, order] = await Promise.all([
    ctx.inbox.read('stripe', id),
    ctx.inbox.read('resend', id),
    orderOfStripeId(ctx, id),
  ])
  const named = event ?? delivery
  if (named) return { ...nothing, events: [named] }
  if (order) return { ...nothing, orders: [order] }
  // The object is not ours, or its order is not settled yet; then its events may be all we have.
  const events = await ctx.inbox.list({ objectIds: [id], limit: LIMIT })
  const behind = await orderBehind(ctx, id, events[0])
  return { ...nothing, orders: behind ? [behind] : [], events }
}

/**
 * The order behind an id that none of our rows holds: a warning's event names its charge, and for a customer Stripe
 * knows the sessions.
 */
async function orderBehind(ctx: Ctx, id: string, event: EventHead | undefined): Promise<Order | null> {
  const raw = event && (await ctx.inbox.read(event.source, event.id))?.raw
  const named = raw ? await sessionOfPayment(ctx, ctx.payments.referencesOf(raw)) : null
  const sessionId = named ?? (id.startsWith('cus_') ? await sessionOfCustomer(ctx, id) : null)
  return (sessionId && (await getOrder(ctx, sessionId))?.order) || null
}

/** Null while Stripe does not answer: then the search finds what we have. */
const sessionOfCustomer = (ctx: Ctx, customerId: string): Promise<string | null> =>
  ctx.payments.findSessionId({ customerId }).catch((error) => {
    if (isOutsideError(error)) return null
    throw error
  })

async function byAddress(ctx: Ctx, address: string): Promise<Found> {
  const person = await findPersonByEmail(ctx, address)
  if (person) return { ...nothing, people: [person] }
  const found = await byWords(ctx, address)
  return { ...found, letters: await lettersOf(ctx, { spellings: spellingsOf(address) }, LIMIT) }
}

async function byWords(ctx: Ctx, text: string): Promise<Found> {
  const query = searchWords(text)
  if (query === null) return nothing
  const [people, found] = await Promise.all([findPeople(ctx, text, LIMIT), searchOrders(ctx, query, LIMIT)])
  const known = new Set(people.map(({ id }) => id))
  const orders = found.filter(({ personId }) => personId === null || !known.has(personId))
  return { ...nothing, people, orders }
}
