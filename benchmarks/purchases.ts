import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { addressOf } from './learners.ts'
import { inParallel, keptConnections, percentile, send } from './load.ts'
import { ms, perSecond, type Report } from './report.ts'
import { processorSeconds, type Shop } from './shop.ts'

const SINGLE = 30
const CROWD = 1_000
const PATIENCE_MS = 120_000
/** Buyers' addresses, away from the learners'. */
const FIRST_ADDRESS = 0x40_0000

interface Order {
  sessionId: string
  email: string
}

let orders = 0

/** What the order page does: opens a Checkout Session. */
async function order(shop: Shop, agent: ReturnType<typeof keptConnections>, name: string): Promise<Order> {
  const email = `${name}-${orders}@werkstatt.test`
  const { status, body } = await send(agent, shop.origin, {
    method: 'POST',
    path: '/api/stripe/create-checkout',
    headers: {
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      'x-forwarded-for': addressOf(FIRST_ADDRESS + orders++),
    },
    body: JSON.stringify({ email, attemptId: randomUUID(), consent: { startNow: true, acknowledgesLoss: true } }),
  })
  const sessionId = /cs_test_\w+/.exec(body)?.[0]
  if (status !== 200 || !sessionId) throw new Error(`no checkout: ${status} ${body.slice(0, 300)}`)
  return { sessionId, email }
}

async function pay(shop: Shop, agent: ReturnType<typeof keptConnections>, { sessionId, email }: Order): Promise<void> {
  const { status, body } = await send(agent, shop.stripe, {
    method: 'POST',
    path: `/_pay/${sessionId}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, name: 'Lastprobe' }),
  })
  if (status !== 200) throw new Error(`not paid: ${status} ${body.slice(0, 300)}`)
}

const handedOver = async (shop: Shop, sessionId: string): Promise<number | null> => {
  const [row] = await shop.sql<{ at: Date | null }>(
    `select letter.handed_over_at as at from letter join purchase on purchase.id = letter.purchase_id
      where purchase.session_id = $1 and letter.kind = 'welcome'`,
    [sessionId],
  )
  return row?.at?.getTime() ?? null
}

/**
 * One purchase after the other on an idle machine: from the buyer's click on „bezahlen“ to the mail in Resend's hands.
 */
export async function measurePaidToMail(shop: Shop, report: Report): Promise<void> {
  const agent = keptConnections()
  const times: number[] = []
  for (let index = -2; index < SINGLE; index++) {
    const one = await order(shop, agent, 'einzeln')
    const paidAt = Date.now()
    await pay(shop, agent, one)
    let at = await handedOver(shop, one.sessionId)
    while (at === null && Date.now() - paidAt < PATIENCE_MS) {
      await sleep(20)
      at = await handedOver(shop, one.sessionId)
    }
    // The first two only warm up the code.
    if (index >= 0) times.push(at === null ? Number.POSITIVE_INFINITY : at - paidAt)
  }
  agent.destroy()
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)]
  report.title(`From paid to the mail handed over: ${SINGLE} purchases, one by one`)
  report.judge('half of them within', ms(p50), '< 250 ms', p50 < 250)
  report.judge('the slowest', ms(p99), '< 1 s', p99 < 1_000)
}

interface Count {
  paid: number
  grants: number
  letters: number
  last: Date | null
}

async function count(shop: Shop, sessionIds: string[]): Promise<Count> {
  const [row] = await shop.sql<Record<'paid' | 'grants' | 'letters', string> & { last: Date | null }>(
    `with bought as (select id, state from purchase where session_id = any($1))
    select (select count(*) from bought where state = 'paid') as paid,
      (select count(*) from access_grant where revoked_at is null
        and source in (select 'purchase:' || id from bought)) as grants,
      count(*) filter (where handed_over_at is not null) as letters, max(handed_over_at) as last
    from letter where kind = 'welcome' and purchase_id in (select id from bought)`,
    [sessionIds],
  )
  return {
    paid: Number(row?.paid),
    grants: Number(row?.grants),
    letters: Number(row?.letters),
    last: row?.last ?? null,
  }
}

/** How many welcome letters the mail service took for these addresses, and for how many of them exactly one. */
async function inbox(shop: Shop, crowd: Order[]): Promise<{ once: number; all: number }> {
  const answer = await fetch(`${shop.resend}/inbox.json?limit=1000000`)
  const mails = (await answer.json()) as { to: string | string[] }[] | { mails: { to: string | string[] }[] }
  const known = new Map(crowd.map(({ email }) => [email, 0]))
  for (const { to } of Array.isArray(mails) ? mails : mails.mails) {
    const seen = known.get(String(to))
    if (seen !== undefined) known.set(String(to), seen + 1)
  }
  const counts = [...known.values()]
  return { once: counts.filter((times) => times === 1).length, all: counts.reduce((sum, times) => sum + times, 0) }
}

/** A crowd in one second: everybody pays at once, and two workers settle the orders and send the letters. */
export async function measureCrowd(shop: Shop, report: Report): Promise<void> {
  const second = await shop.secondWorker()
  await settleCrowd(shop, second.pid, report).finally(second.stop)
}

/** What the parts have used so far; comparable across runs, because other programs hardly affect it. */
async function spent(shop: Shop, secondWorker: number) {
  const [row] = await shop.sql<{ commits: string }>(
    'select xact_commit as commits from pg_stat_database where datname = current_database()',
  )
  return {
    web: shop.used('web') ?? Number.NaN,
    workers: (shop.used('worker') ?? Number.NaN) + (processorSeconds(secondWorker) ?? Number.NaN),
    postgres: shop.used('postgres') ?? Number.NaN,
    commits: Number(row?.commits),
  }
}

const jobsLeft = async (shop: Shop) => {
  const [row] = await shop.sql<{ left: string }>(
    `select count(*) as left from pgboss.job where state < 'completed' and name in ('stripe.event', 'letter.send', 'resend.event')`,
  )
  return Number(row?.left)
}

async function settleCrowd(shop: Shop, secondWorker: number, report: Report): Promise<void> {
  const agent = keptConnections(64)
  const crowd: Order[] = []
  await inParallel(Array.from({ length: CROWD }), 16, async () => void crowd.push(await order(shop, agent, 'menge')))
  const sessionIds = crowd.map(({ sessionId }) => sessionId)
  const before = await spent(shop, secondWorker)
  const began = Date.now()
  await inParallel(crowd, 64, (one) => pay(shop, agent, one))
  const paid = Date.now()
  let now = await count(shop, sessionIds)
  while (now.letters < CROWD && Date.now() - began < PATIENCE_MS) {
    await sleep(250)
    now = await count(shop, sessionIds)
  }
  // The welcome letters go first; operators' letters and the mail service's events belong to a purchase's cost.
  while ((await jobsLeft(shop)) > 0 && Date.now() - began < PATIENCE_MS) await sleep(250)
  const after = await spent(shop, secondWorker)
  agent.destroy()
  const seconds = ((now.last?.getTime() ?? began) - began) / 1000
  const rate = now.letters / seconds
  const { once, all } = await inbox(shop, crowd)
  report.title(`${CROWD} purchases at once, two workers`)
  report.note('all have paid after', `${((paid - began) / 1000).toFixed(1)} s`)
  const complete = [now.paid, now.grants, now.letters, once, all].every((number) => number === CROWD)
  report.judge(
    'paid, let in, mailed, exactly one mail each',
    `${now.paid}, ${now.grants}, ${now.letters}, ${once}`,
    'none lost, none twice',
    complete,
  )
  report.judge('settled and mailed', `${perSecond(rate)} (${seconds.toFixed(1)} s)`, '≥ 100/s', rate >= 100)
  const each = (part: keyof typeof after) => (after[part] - before[part]) / now.paid
  report.note(
    'processor time each: workers, web, PostgreSQL',
    `${ms(each('workers') * 1000)}, ${ms(each('web') * 1000)}, ${ms(each('postgres') * 1000)}`,
  )
  report.note('transactions each, of all parts', each('commits').toFixed(1))
}
