import type { Crowd } from './actions.ts'
import { json, persist } from './stripeSide.ts'
import type { ChaosWorld } from './world.ts'

/**
 * What Stripe's emulator, Resend's emulator and the rows say once nothing is under way, as plain data. The checkers get
 * only this, so that the product's code cannot confirm its own mistakes.
 */

export interface Evidence {
  stripe: StripeSide
  mails: AcceptedMail[]
  rows: Rows
  /** What every process printed, by part. */
  logs: Record<string, string>
  /** Every table as text. */
  dump: Record<string, string>
  /** Login tokens and cookies, which must appear nowhere in clear. */
  secrets: string[]
  /** Sessions each attempt of an order was answered with. */
  attempts: { attemptId: string; sessionIds: string[] }[]
  /** `GET /api/status`. */
  status: { ok: boolean; causes: { code: string }[]; warnings: { code: string }[] }
}

export interface StripeSide {
  sessions: {
    id: string
    status: string
    payment_status: string
    payment_intent: string | null
    currency: string
    amount_subtotal: number
    amount_total: number
    total_details: { amount_discount: number; amount_tax: number }
    customer_email: string | null
    client_reference_id: string | null
    customer_details: { email: string | null } | null
    /** Read from the session's line items. */
    priceIds: string[]
    quantity: number
  }[]
  paymentIntents: { id: string; status: string }[]
  refunds: { id: string; payment_intent: string; amount: number; status: string }[]
  disputes: { id: string; payment_intent: string; amount: number; status: string }[]
  fraudWarnings: { payment_intent: string | null; actionable: boolean }[]
  events: { id: string; type: string }[]
  deliveries: { id: string; state: string; attempts: { status: number }[] }[]
  prices: { id: string }[]
}

export interface AcceptedMail {
  id: string
  to: string[]
  kind: string
  letterId: string
  key: string | null
  state: string
}

export interface Rows {
  purchases: PurchaseRow[]
  grants: { source: string; person_id: string; active: boolean }[]
  letters: { id: string; kind: string; unique_key: string; purchase_id: string | null; state: string }[]
  refunds: { id: string; purchase_id: string; amount: number; status: string }[]
  disputes: { id: string; purchase_id: string; amount: number; status: string }[]
  inbox: { source: string; id: string; handled: boolean }[]
  /** Unfinished jobs that are due within ten minutes, and dead ones. */
  jobs: { name: string; state: string; data: string; error: string | null }[]
}

export interface PurchaseRow {
  id: string
  session_id: string
  person_id: string | null
  state: string
  email: string | null
  flags: string[]
  currency: string
  quantity: number
  amount_subtotal: number
  amount_discount: number
  amount_tax: number
  amount_total: number
  amount_refunded: number
}

export async function gather(world: ChaosWorld, crowd: Pick<Crowd, 'attempts' | 'buyers'>): Promise<Evidence> {
  const [stripe, resend, rows, dump] = await Promise.all([
    stripeSide(world),
    read<{ mails: (Omit<AcceptedMail, 'kind' | 'letterId' | 'key'> & MailTags)[] }>(`${world.resend}/_state`),
    readRows(world),
    dumpTables(world),
  ])
  const cookies = [...crowd.buyers.values()].flatMap(({ browser }) => browser.cookies.get('session') ?? [])
  return {
    stripe,
    mails: resend.mails.map(({ tags, idempotencyKey, ...mail }) => ({
      ...mail,
      kind: tags.kind ?? '',
      letterId: tags.letter_id ?? '',
      key: idempotencyKey,
    })),
    rows,
    dump,
    logs: world.logs(),
    secrets: [...(await tokensInMails(world)), ...cookies],
    attempts: [...crowd.attempts].map(([attemptId, ids]) => ({ attemptId, sessionIds: [...ids] })),
    status: await persist('status', () => read<Evidence['status']>(`${world.url}/api/status`)),
  }
}

type MailTags = { tags: Record<string, string>; idempotencyKey: string | null }

async function read<T>(url: string): Promise<T> {
  return JSON.parse((await persist(url, () => json(url, 'GET'))).text) as T
}

/** The emulator's state, with each session's line items from the API itself. */
async function stripeSide(world: ChaosWorld): Promise<StripeSide> {
  const state = await read<StripeSide>(`${world.stripe}/_state`)
  const headers = { authorization: `Bearer ${world.stripeKey}` }
  for (const session of state.sessions) {
    const url = `${world.stripe}/v1/checkout/sessions/${session.id}/line_items`
    const answer = await persist(url, async () => (await fetch(url, { headers })).json())
    const items = (answer as { data: { quantity: number; price: { id: string } }[] }).data
    session.priceIds = items.map(({ price }) => price.id)
    session.quantity = items.reduce((sum, { quantity }) => sum + quantity, 0)
  }
  return state
}

async function tokensInMails(world: ChaosWorld): Promise<string[]> {
  const mails = await read<{ text: string; html: string }[]>(`${world.resend}/inbox.json?limit=10000`)
  const found = mails.flatMap(({ text, html }) => [...`${text} ${html}`.matchAll(/token=([\w-]{20,})/g)])
  return [...new Set(found.map(([, token]) => token ?? ''))]
}

async function readRows(world: ChaosWorld): Promise<Rows> {
  const [purchases, grants, letters, refunds, disputes, inbox, jobs] = await Promise.all([
    world.sql<PurchaseRow>(`select id, session_id, person_id, state, email, flags, currency, quantity, amount_subtotal,
      amount_discount, amount_tax, amount_total, amount_refunded from purchase order by session_id`),
    world.sql<Rows['grants'][0]>(
      'select source, person_id, revoked_at is null as active from access_grant order by source',
    ),
    world.sql<Rows['letters'][0]>('select id, kind, unique_key, purchase_id, state from letter order by unique_key'),
    world.sql<Rows['refunds'][0]>('select id, purchase_id, amount, status from refund order by id'),
    world.sql<Rows['disputes'][0]>('select id, purchase_id, amount, status from dispute order by id'),
    world.sql<Rows['inbox'][0]>(
      'select source, id, handled_at is not null as handled from webhook_event order by source, id',
    ),
    world.sql<Rows['jobs'][0]>(`select name, state::text, left(data::text, 200) as data, output->>'message' as error
      from pgboss.job where (state < 'completed' and start_after < now() + interval '10 minutes') order by created_on`),
  ])
  return { purchases, grants, letters, refunds, disputes, inbox, jobs }
}

async function dumpTables(world: ChaosWorld): Promise<Record<string, string>> {
  const tables = await world.sql<{ name: string }>(`select format('%I.%I', schemaname, tablename) as name
    from pg_tables where schemaname in ('public', 'pgboss')`)
  const dump: Record<string, string> = {}
  for (const { name } of tables)
    dump[name] = (await world.sql<{ t: string }>(`select t::text as t from ${name} t`)).map(({ t }) => t).join('\n')
  const bodies = await world.sql<{ t: string }>(
    `select convert_from(raw, 'utf8') as t from webhook_event where raw is not null`,
  )
  dump['webhook_event.raw'] = bodies.map(({ t }) => t).join('\n')
  return dump
}
