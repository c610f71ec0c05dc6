import { expect, test } from 'vitest'
import { openBrowser } from '../kit/browser.ts'
import { type SmallDisk, smallDisk } from '../kit/smallDisk.ts'
import { until } from '../kit/until.ts'
import { startWorkshop } from '../kit/workshop.ts'

/** Room for a fresh workshop, and a little more. */
const DISK_MB = 400
/** More than the starter's six tries would take. */
const LONG_MS = 20_000

/**
 * The whole workshop on a disk that fills up: logs, PostgreSQL, emulators, journal. Needs the right to mount one, so it
 * runs as root; `tests/faults/fullDisk.test.ts` shows the web's part of it everywhere.
 */
test('a disk that fills up stops nobody for good: pages answer, parts wait for room, and everything goes on', {
  timeout: 600_000,
}, async (context) => {
  const disk: SmallDisk | null = smallDisk(DISK_MB)
  if (!disk) return context.skip('mounting a disk is not allowed here')
  const shop = await startWorkshop({ clean: true, within: disk.folder }).catch((error) => {
    disk.remove()
    throw error
  })
  try {
    const get = async (path: string) =>
      (await fetch(`${shop.url}${path}`, { signal: AbortSignal.timeout(60_000), redirect: 'manual' })).status
    expect(await get('/kurs')).toBe(200)

    disk.fill()
    for (let round = 0; round < 300; round++) expect(await get('/api/health')).toBe(200)
    for (const page of ['/', '/kurs', '/bestellen', '/agb']) expect(await get(page)).toBe(200)
    // What must be written says no, with a sentence, and at once or not much later.
    const order = { email: 'voll@example.test', consent: { startNow: true, acknowledgesLoss: true } }
    const refused = await openBrowser(shop.url).post('/api/stripe/create-checkout', order)
    if (refused.status !== 200) {
      expect(refused.status).toBe(503)
      expect(refused.json<{ error: { message: string } }>().error.message).toMatch(/\.$/)
    }

    for (const part of ['emulators.mjs', 'worker.mjs']) process.kill(shop.pid(part), 'SIGKILL')
    await until('the starter to wait for room', () => shop.printed().includes('no space left'))
    await new Promise((resolve) => setTimeout(resolve, LONG_MS))
    expect(shop.printed()).not.toContain('in a row')
    expect(await get('/api/health')).toBe(200)

    disk.free()
    await until('the parts to be back', () => shop.pid('emulators.mjs') > 0 && shop.pid('worker.mjs') > 0)
    const taken = await until('an order to be taken', async () => {
      const answer = await openBrowser(shop.url).post('/api/stripe/create-checkout', order)
      return answer.status === 200 ? answer : null
    })
    const sessionId = /cs_test_\w+/.exec(taken.text)?.[0]
    const headers = { 'content-type': 'application/json' }
    await fetch(`${shop.urls.stripe}/_pay/${sessionId}`, { method: 'POST', headers, body: '{"wait":true}' })
    await until('the welcome letter', async () => {
      const answer = await fetch(`${shop.urls.resend}/inbox.json?to=${order.email}`)
      return ((await answer.json()) as unknown[]).length > 0
    })
    await until('the log to go on', () => shop.log('web').trimEnd().endsWith('}'))
  } finally {
    await shop.stop()
    disk.remove()
  }
})
