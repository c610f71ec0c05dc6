import { chromium } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../kit/browser.ts'
import { becomesWhole, order, pay } from '../kit/buying.ts'
import { findChromium } from '../kit/chromium.ts'
import { until } from '../kit/until.ts'
import { openWorld, type World } from '../kit/world.ts'

/** The login's rows in a real web: scanners, spent links, a kill between the spent link and the cookie, a refund. */

let world: World

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker', 'web'] })
})
afterAll(() => world?.close())

async function buyer(email: string): Promise<{ session: string; link: string; token: string }> {
  const session = await order(world, email)
  await pay(world, session)
  await becomesWhole(world, session, email)
  const link = (await world.mail(email)).links.find((one) => one.includes('token='))
  const token = /token=([\w-]+)/.exec(link ?? '')?.[1]
  if (!link || !token) throw new Error('the welcome letter has no link')
  return { session, link, token }
}

test('row 51: a scanner that asks, reads five times and runs the page’s scripts leaves the link to the human', async () => {
  const { link, token } = await buyer('gescannt@example.de')
  const { pathname, search } = new URL(link)
  const scanner = world.browser()
  expect((await scanner.send('HEAD', pathname + search)).status).toBe(200)
  for (let read = 0; read < 5; read++) expect((await scanner.get(pathname + search)).status).toBe(200)
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.goto(link, { waitUntil: 'networkidle' })
    // It stops at the button; nothing presses it.
    expect(await page.getByRole('button').count()).toBeGreaterThan(0)
    expect((await page.context().cookies()).some(({ name }) => name.includes('session'))).toBe(false)
  } finally {
    await browser.close()
  }
  expect(scanner.cookies.has('session')).toBe(false)
  expect((await world.browser().post('/api/auth/verify', { token })).status).toBe(200)
})

test('row 53: spent, expired, ended, cut and invented links get one and the same answer', async () => {
  const said = ({ status, text }: Answer) => [status, text.replace(/"requestId":"[^"]+"/, '')]
  const { token } = await buyer('verbraucht@example.de')
  expect((await world.browser().post('/api/auth/verify', { token })).status).toBe(200)
  const spent = said(await world.browser().post('/api/auth/verify', { token }))
  const late = await buyer('spaet@example.de')
  await world.database.query(
    "update login_token set expires_at = now() - interval '1 minute' where consumed_at is null",
  )
  const others = [late.token, late.token.slice(0, -1), `${late.token.slice(0, -2)}AA`, 'A'.repeat(43)]
  for (const other of others)
    expect(said(await world.browser().post('/api/auth/verify', { token: other }))).toEqual(spent)
  expect(spent[0]).toBe(400)
})

test.each(['login.before-commit', 'login.after-commit'])(
  'a web killed at %s: the buyer gets in all the same, by the link or by a new one',
  async (point) => {
    const email = `${point.replaceAll(/\W/g, '')}@example.de`
    const { token } = await buyer(email)
    await world.part('web').kill('SIGTERM')
    const dying = await world.start('web', { WERKSTATT_CRASH_AT: point })
    // A connection kept from the web before it may fail once before the shop is reached at all.
    await until('the web dies', async () => {
      const post = world.browser().post('/api/auth/verify', { token })
      await post.catch(() => null)
      return !dying.running
    })
    await world.start('web')
    const browser = world.browser()
    const again = await until('the new web answers', async () => {
      const answer = await browser.post('/api/auth/verify', { token })
      return answer.status < 500 ? answer : null
    })
    // Rolled back the link is as new; committed it is spent, and its session opens nothing for anybody.
    expect(again.status).toBe(point === 'login.before-commit' ? 200 : 400)
    if (again.status === 200) return
    expect((await browser.post('/api/auth/magic-link', { email })).status).toBe(200)
    const next = /token=([\w-]+)/.exec((await world.mail(email, 2)).text)?.[1]
    expect((await browser.post('/api/auth/verify', { token: next })).status).toBe(200)
  },
)

test('row 57: a full refund stops an open lesson: the next address and the next report are refused', async () => {
  const { session, token } = await buyer('erstattet@example.de')
  const lesson = world.ctx.content.course().lessons.find((one) => !one.free && one.written)!
  const browser = world.browser()
  expect((await browser.post('/api/auth/verify', { token })).status).toBe(200)
  const play = () => browser.post(`/api/lessons/${lesson.id}/play`)
  const report = () =>
    browser.post('/api/progress', {
      lessonId: lesson.id,
      ranges: [[0, 10]],
      position: 10,
      at: Date.now(),
      sentAt: Date.now(),
      clientId: 'row57',
    })
  expect([(await play()).status, (await report()).status]).toEqual([200, 200])
  const refunded = await fetch(`${world.urls.stripe}/dashboard/payments/${session}/act`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ what: 'refund', amount: '349,00' }),
  })
  expect(refunded.status).toBe(303)
  const refused = await until('the next report is refused', async () => {
    const answer = await report()
    return answer.status === 200 ? null : answer
  })
  expect([refused.status, refused.json()]).toMatchObject([403, { error: { code: 'grant_revoked' } }])
  expect([(await play()).status, (await play()).json()]).toMatchObject([403, { error: { code: 'grant_revoked' } }])
})
