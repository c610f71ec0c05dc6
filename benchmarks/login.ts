import { setTimeout as sleep } from 'node:timers/promises'
import { type Learner, taking } from './learners.ts'
import { hammer } from './load.ts'
import { ms, perSecond, type Report } from './report.ts'
import type { Shop } from './shop.ts'

const CONNECTIONS = 32
const SECONDS = 5
const WARM_SECONDS = 1
const PATIENCE_MS = 60_000

/** Login letters for known people, the worker sending them at the same time on the same two cores. */
export async function measureLogin(shop: Shop, learners: Learner[], report: Report): Promise<void> {
  const take = taking(learners)
  const ask = () => {
    const { email, ip } = take()
    return {
      method: 'POST',
      path: '/api/auth/magic-link',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', 'x-forwarded-for': ip },
      body: JSON.stringify({ email }),
    }
  }
  const warm = await hammer(shop.origin, CONNECTIONS, WARM_SECONDS, ask)
  const began = Date.now()
  const load = await hammer(shop.origin, CONNECTIONS, SECONDS, ask)
  const asked = warm.good + load.good
  const sent = async () => {
    const [row] = await shop.sql<{ sent: string; dropped: string; last: Date | null }>(
      `select count(*) filter (where handed_over_at is not null) as sent, count(*) filter (where state = 'dropped') as dropped,
        max(handed_over_at) as last from letter where kind = 'login'`,
    )
    return { sent: Number(row?.sent), dropped: Number(row?.dropped), last: row?.last?.getTime() ?? began }
  }
  let now = await sent()
  while (now.sent + now.dropped < asked && Date.now() - began < PATIENCE_MS) {
    await sleep(250)
    now = await sent()
  }
  const seconds = (now.last - began) / 1000
  report.title(`POST /api/auth/magic-link: ${CONNECTIONS} connections, ${SECONDS} s, the worker sends meanwhile`)
  report.judge('answered', `${perSecond(load.rate)}  p50 ${ms(load.p50)}`, '≥ 500/s', load.rate >= 500)
  report.judge('slowest hundredth', ms(load.p99), '< 150 ms', load.p99 < 150)
  const handed = `${now.sent} of ${asked} in ${seconds.toFixed(1)} s, ${perSecond(now.sent / seconds)}`
  report.judge(
    'letters handed over',
    `${handed}${load.why && `; ${load.why}`}`,
    'every one',
    now.sent >= asked && load.bad === 0,
  )
}
