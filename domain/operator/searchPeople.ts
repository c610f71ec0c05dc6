import { accessFile } from '#domain/access/accessFile.ts'
import { findPeople } from '#domain/access/findPeople.ts'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { searchWords, spellingsOf } from '#domain/access/rules.ts'
import type { PersonRow } from '#domain/access/store.ts'
import { getLetter } from '#domain/mail/getLetter.ts'
import { lettersOf } from '#domain/mail/lettersOf.ts'
import type { LetterRow } from '#domain/mail/listLetters.ts'
import { getOrder } from '#domain/sales/getOrder.ts'
import { asOrder, type Order } from '#domain/sales/listOrders.ts'
import { parseOrderNumber } from '#domain/sales/rules.ts'
import {
  findPurchase,
  findPurchaseByStripeId,
  type PurchaseRow,
  readDraft,
  readSessionOfPayment,
  searchPurchases,
} from '#domain/sales/store.ts'
import { isOutsideError } from '#errors'
import type { Ctx, EventHead } from '#ports'

export interface Found {
  people: PersonRow[]
  /** Orders, unless their person is in the list already. */
  orders: Order[]
  letters: LetterRow[]
  events: EventHead[]
}

/** Rows of each sort; whoever wants more types more. */
const LIMIT = 25
const TEXT_LENGTH = 280
const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const nothing: Found = { people: [], orders: [], letters: [], events: [] }

/**
 * The operator's one search: an address, parts of a name, any Stripe id, an order number, an id of ours or of Resend.
 * Every look-up has an index and a limit; the text itself is written nowhere.
 */
export async function searchPeople(ctx: Ctx, text: string): Promise<Found> {
  const wanted = text.trim()
  if (wanted === '' || wanted.length > TEXT_LENGTH) return nothing
  if (uuidShape.test(wanted)) return byOwnId(ctx, wanted.toLowerCase())
  if (/^[a-z]{2,5}_[A-Za-z0-9_]+$/.test(wanted)) return byForeignId(ctx, wanted)
  if (parseOrderNumber(wanted) !== null) {
    const detail = await getOrder(ctx, wanted)
    return { ...nothing, orders: detail ? [detail.order] : [] }
  }
  return wanted.includes('@') ? byAddress(ctx, wanted) : byWords(ctx, wanted)
}

/** An id of ours names one row; Resend's ids look the same. */
async function byOwnId(ctx: Ctx, id: string): Promise<Found> {
  const [access, order, draft, letter, sent] = await Promise.all([
    accessFile(ctx, id),
    getOrder(ctx, id),
    readDraft(ctx.db, id),
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
  const [event, delivery, purchase] = await Promise.all([
    ctx.inbox.read('stripe', id),
    ctx.inbox.read('resend', id),
    findPurchaseByStripeId(ctx.db, id),
  ])
  const named = event ?? delivery
  if (named) return { ...nothing, events: [named] }
  if (purchase) return { ...nothing, orders: [asOrder(purchase)] }
  // Somebody else's object, or one whose order is not settled yet: its events may be all there is.
  const events = await ctx.inbox.list({ objectIds: [id], limit: LIMIT })
  const behind = await orderBehind(ctx, id, events[0])
  return { ...nothing, orders: behind ? [asOrder(behind)] : [], events }
}

/** No row of ours holds a warning's id, but its event names the charge; nor a customer's, but Stripe knows the sessions. */
async function orderBehind(ctx: Ctx, id: string, event: EventHead | undefined): Promise<PurchaseRow | null> {
  const raw = event && (await ctx.inbox.read(event.source, event.id))?.raw
  const named = raw ? await readSessionOfPayment(ctx.db, ctx.payments.referencesOf(raw)) : null
  const sessionId = named ?? (id.startsWith('cus_') ? await sessionOfCustomer(ctx, id) : null)
  return sessionId ? findPurchase(ctx.db, { sessionId }) : null
}

/** Without Stripe the search finds what is here. */
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
  const [people, rows] = await Promise.all([findPeople(ctx, text, LIMIT), searchPurchases(ctx.db, query, LIMIT)])
  const known = new Set(people.map(({ id }) => id))
  const orders = rows.filter(({ personId }) => personId === null || !known.has(personId)).map(asOrder)
  return { ...nothing, people, orders }
}
