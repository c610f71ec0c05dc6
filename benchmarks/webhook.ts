import { createHmac, randomUUID } from 'node:crypto'
import type { BareNext } from './bareNext.ts'
import { hammer, type Load, median, percentile, type Shot } from './load.ts'
import { MB, ms, percent, perSecond, type Report } from './report.ts'
import { processorSeconds, type Shop } from './shop.ts'

const CONNECTIONS = 10
const ROUNDS = 4
const ROUND_SECONDS = 4
const WARM_SECONDS = 2
/** A completed session as Stripe sends it is about this large. */
const PADDING = 'x'.repeat(2_000)

/** A signed delivery of an event that nobody has seen. */
function delivery(secret: string, path: string): Shot {
  const id = randomUUID().replaceAll('-', '')
  const seconds = Math.floor(Date.now() / 1000)
  const body = JSON.stringify({
    id: `evt_bench_${id}`,
    object: 'event',
    api_version: '2026-10-28.basil',
    created: seconds,
    livemode: false,
    type: 'checkout.session.completed',
    data: {
      object: { id: `cs_test_${id}`, object: 'checkout.session', livemode: false, metadata: { padding: PADDING } },
    },
  })
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${seconds},v1=${signature}` }
  return { method: 'POST', path, headers, body }
}

/**
 * Accepting Stripe's events, in turns with the bare route, so that both run under the same conditions. The worker is
 * stopped meanwhile, because only the accepting is measured. Its jobs are for invented orders and are deleted
 * afterwards.
 */
export async function measureWebhook(shop: Shop, bare: BareNext, report: Report): Promise<void> {
  const accept = () => delivery(shop.webhookSecret, '/api/webhook/stripe')
  const verify = () => delivery(shop.webhookSecret, '/api/bare')
  const worker = shop.pid('worker')
  process.kill(worker, 'SIGSTOP')
  const ours: Load[] = []
  const theirs: Load[] = []
  try {
    const warm = [
      await hammer(bare.origin, CONNECTIONS, WARM_SECONDS, verify),
      await hammer(shop.origin, CONNECTIONS, WARM_SECONDS, accept),
    ]
    const before = [processorSeconds(bare.pid), processorSeconds(shop.pid('web'))]
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await hammer(bare.origin, CONNECTIONS, ROUND_SECONDS, verify))
      ours.push(await hammer(shop.origin, CONNECTIONS, ROUND_SECONDS, accept))
    }
    const after = [processorSeconds(bare.pid), processorSeconds(shop.pid('web'))]
    const answered = [...ours, ...warm.slice(1)].reduce((sum, load) => sum + load.good, 0)
    await judge(shop, bare, report, { ours, theirs, answered })
    const [least, web] = [theirs, ours].map((loads, index) => costOf(loads, before[index], after[index]))
    if (least && web) report.note('processor time per delivery, ours : bare', `${ms(web)} : ${ms(least)}`)
  } finally {
    await shop.sql(`delete from pgboss.job where name = 'stripe.event' and data->>'eventId' like 'evt_bench_%'`)
    await shop.sql(`delete from webhook_event where id like 'evt_bench_%'`)
    process.kill(worker, 'SIGCONT')
  }
}

async function judge(
  shop: Shop,
  bare: BareNext,
  report: Report,
  { ours, theirs, answered }: { ours: Load[]; theirs: Load[]; answered: number },
): Promise<void> {
  const line = (loads: Load[]) =>
    `${perSecond(median(loads.map((load) => load.rate)))}  p50 ${ms(median(loads.map((load) => load.p50)))}  p99 ${ms(median(loads.map((load) => load.p99)))}`
  const ratio = median(ours.map((load, round) => load.rate / (theirs[round]?.rate ?? Number.NaN)))
  const p99 = percentile(
    ours.map((load) => load.p99),
    0.5,
  )
  const bad = [...ours, ...theirs].reduce((sum, load) => sum + load.bad, 0)
  report.title(`Webhook: ${CONNECTIONS} connections, median of ${ROUNDS} rounds in turns`)
  report.note('bare Next route, verifies the signature', line(theirs))
  report.note('ours: verified, event and job committed', line(ours))
  report.judge('rate beside the bare route', percent(ratio), '≥ 80 %', ratio >= 0.8)
  report.judge('slowest hundredth', ms(p99), '< 50 ms', p99 < 50)
  const [rows] = await shop.sql<{ events: string; jobs: string }>(
    `select (select count(*) from webhook_event where id like 'evt_bench_%') as events,
      (select count(*) from pgboss.job where name = 'stripe.event' and data->>'eventId' like 'evt_bench_%') as jobs`,
  )
  const events = Number(rows?.events)
  // Requests cut at the end of a round may be stored without having been answered.
  const kept = bad === 0 && events >= answered && Number(rows?.jobs) === events
  report.judge(
    'answered 200, stored, with a job',
    `${answered}, ${events}, ${rows?.jobs}; ${bad} refused`,
    'none missing',
    kept,
  )
  const [web, least] = [shop.memory('web'), bare.memory()]
  report.judge('memory of the web beside bare Next', `${MB(web)} : ${MB(least)}`, '≤ 115 %', web <= least * 1.15)
}

/** Milliseconds of the web process per answer: hardly moved by whoever else uses the machine. */
function costOf(loads: Load[], before: number | null | undefined, after: number | null | undefined): number | null {
  const answers = loads.reduce((sum, load) => sum + load.good, 0)
  return typeof before === 'number' && typeof after === 'number' ? ((after - before) * 1000) / answers : null
}
