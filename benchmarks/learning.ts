import { gzipSync } from 'node:zlib'
import { courseRules } from '#domain/learning/courseRules.ts'
import { createContent } from '#libs/content.ts'
import { root } from '#start/settings.ts'
import { type Learner, taking } from './learners.ts'
import { hammer, keptConnections, percentile, type Shot, send, steady } from './load.ts'
import { kB, ms, perSecond, type Report } from './report.ts'
import type { Shop } from './shop.ts'

const REPORTS_PER_SECOND = 1_000
const PROGRESS_SECONDS = 10
const WARM_SECONDS = 2
const PAGE_CONNECTIONS = 32
const PAGE_SECONDS = 6
const SINGLE_PAGES = 60

const lesson = () => {
  const found = createContent(root, courseRules)
    .course()
    .lessons.find(({ free, videoGuid }) => !free && videoGuid)
  if (!found) throw new Error('the course has no lesson with a film behind the grant')
  return found
}

/**
 * 10,000 learners who report every ten seconds: a steady thousand reports a second, each measured from when it was due.
 */
export async function measureProgress(shop: Shop, learners: Learner[], report: Report): Promise<void> {
  const { id, durationSeconds } = lesson()
  const take = taking(learners)
  let second = 0
  const next = (): Shot => {
    const { cookie, ip } = take()
    second = (second + 10) % Math.floor(durationSeconds - 10)
    const now = new Date().toISOString()
    return {
      method: 'POST',
      path: '/api/progress',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', 'x-forwarded-for': ip, cookie },
      body: JSON.stringify({
        lessonId: id,
        ranges: [[second, second + 10]],
        position: second + 10,
        at: now,
        sentAt: now,
        clientId: 'lastprobe',
      }),
    }
  }
  await hammer(shop.origin, PAGE_CONNECTIONS, WARM_SECONDS, next)
  const load = await steady(shop.origin, REPORTS_PER_SECOND, PROGRESS_SECONDS, next)
  const most = await hammer(shop.origin, PAGE_CONNECTIONS, WARM_SECONDS * 2, next)
  report.title('POST /api/progress: 10,000 learners, each reporting every 10 s')
  const asked = REPORTS_PER_SECOND * PROGRESS_SECONDS
  report.judge(
    `stored of ${asked.toLocaleString('en')} in ${PROGRESS_SECONDS} s`,
    `${load.good} at ${perSecond(load.rate)}${load.why && `; ${load.why}`}`,
    'all, 1,000/s',
    load.good === asked && load.rate >= REPORTS_PER_SECOND * 0.95,
  )
  report.judge('slowest hundredth', `${ms(load.p99)}  p50 ${ms(load.p50)}`, '< 100 ms', load.p99 < 100)
  report.note('as fast as it goes, 32 connections', `${perSecond(most.rate)}  p50 ${ms(most.p50)}  p99 ${ms(most.p99)}`)
}

/** The whole page of a lesson behind the grant, for learners with some progress: session, grant, text, course list. */
export async function measureLessonPage(shop: Shop, learners: Learner[], report: Report): Promise<void> {
  const { slug } = lesson()
  const take = taking(learners)
  const next = (): Shot => {
    const { cookie, ip } = take()
    return { path: `/lektionen/${slug}`, headers: { cookie, 'x-forwarded-for': ip, accept: 'text/html' } }
  }
  await hammer(shop.origin, PAGE_CONNECTIONS, WARM_SECONDS, next)
  const agent = keptConnections(1)
  const firstBytes: number[] = []
  for (let index = 0; index < SINGLE_PAGES; index++) firstBytes.push((await send(agent, shop.origin, next())).firstByte)
  agent.destroy()
  const load = await hammer(shop.origin, PAGE_CONNECTIONS, PAGE_SECONDS, next)
  const p50 = percentile(firstBytes, 0.5)
  const { path, headers } = next()
  const page = new Uint8Array(await (await fetch(`${shop.origin}${path}`, { headers })).arrayBuffer())
  report.title('Lesson page behind the grant')
  report.note('HTML with text and transcript', `${kB(page.length)}, gzip ${kB(gzipSync(page).length)}`)
  report.judge('first byte, one visitor', ms(p50), '< 20 ms', p50 < 20)
  report.judge(
    `whole pages, ${PAGE_CONNECTIONS} connections`,
    `${perSecond(load.rate)}  p50 ${ms(load.p50)}  p99 ${ms(load.p99)}${load.why && `; ${load.why}`}`,
    '≥ 200/s',
    load.rate >= 200 && load.bad === 0,
  )
}

export const lessonPath = () => `/lektionen/${lesson().slug}`

/** The first lesson that is open to everybody. */
export function freePath(): string {
  const found = createContent(root, courseRules)
    .course()
    .lessons.find(({ free }) => free)
  if (!found) throw new Error('the course has no free lesson')
  return `/lektionen/${found.slug}`
}
