import { expect, type Page } from '@playwright/test'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import { FIRST_LESSON, position, shop } from './shop.ts'
import { soon } from './soon.ts'

/** What happens to an open film: signatures that end, nets that go, access that is taken back. */

const PAID_LESSON = { path: '/lektionen/die-leere-werkbank', id: 'die-leere-werkbank' }

async function start(page: Page, path: string): Promise<void> {
  await page.goto(`${shop.url}${path}`)
  await page.getByRole('button', { name: /Abspielen|Weiter bei/ }).click()
  await soon(() => position(page)).toBeGreaterThan(1)
}

const bufferedTo = (page: Page) =>
  page.evaluate(() => {
    const { buffered } = document.querySelector('video') as HTMLVideoElement
    return buffered.length > 0 ? buffered.end(buffered.length - 1) : 0
  })

/** Reports that wait on this device. */
const waiting = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('werkstatt-wartet')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const count = opening.result.transaction('rows').objectStore('rows').count()
          count.onsuccess = () => {
            opening.result.close()
            resolve(count.result)
          }
        }
      }),
  )

interface Stored {
  lessons: { lessonId: string; watchedSeconds: number; position: number }[]
}
const stored = (page: Page) =>
  page.evaluate(async (id) => {
    const { lessons } = (await (await fetch('/api/progress')).json()) as Stored
    return lessons.find(({ lessonId }) => lessonId === id)?.watchedSeconds ?? 0
  }, PAID_LESSON.id)

test('a film goes on over an address that has expired, and nobody has to do anything', async ({ page }) => {
  const refused: string[] = []
  let signed = 0
  page.on('response', (answer) => {
    if (answer.url().startsWith(shop.bunny) && answer.status() === 403) refused.push(answer.url())
    if (answer.url().endsWith('/play') && answer.ok()) signed++
  })
  // A line slow enough that most of the film is still to be loaded when its address ends.
  await page.route('**/*.m4s', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 800))
    await route.continue()
  })
  await start(page, FIRST_LESSON)
  expect(await (await page.request.post(`${shop.bunny}/_expire`, { data: {} })).json()).not.toEqual({ expired: 0 })
  const loaded = await bufferedTo(page)
  // Eight times as fast, so that the film soon needs what it has not loaded.
  await page.evaluate(() => {
    const video = document.querySelector('video')
    if (video) video.playbackRate = 8
  })
  await soon(() => position(page)).toBeGreaterThan(loaded + 12)
  expect(refused.length).toBeGreaterThan(0)
  expect(signed).toBeGreaterThanOrEqual(2)
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0)
})

test('C shows and hides the captions, wherever on the page the keyboard is', async ({ page }) => {
  await start(page, FIRST_LESSON)
  const mode = () => page.evaluate(() => document.querySelector('video')?.textTracks[0]?.mode)
  const button = page.getByRole('button', { name: 'Untertitel' })
  await expect(button).toHaveAttribute('aria-pressed', 'false')
  await page.keyboard.press('c')
  await expect(button).toHaveAttribute('aria-pressed', 'true')
  expect(await mode()).toBe('showing')
  await soon(() =>
    page.evaluate(() => document.querySelector('video')?.textTracks[0]?.cues?.length ?? 0),
  ).toBeGreaterThan(0)
  await page.keyboard.press('c')
  await expect(button).toHaveAttribute('aria-pressed', 'false')
  expect(await mode()).toBe('hidden')
  await page.locator('h1').first().click()
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await page.keyboard.press('c')
  await expect(button).toHaveAttribute('aria-pressed', 'true')
})

test('without a net the film collects progress and hands it in later; the logout leaves nothing', async ({
  page,
  context,
}) => {
  await learnerIn(page)
  await start(page, PAID_LESSON.path)
  await page.evaluate(() => document.querySelector('video')?.pause())
  await soon(() => stored(page)).toBeGreaterThan(0.5)
  const before = await stored(page)

  const from = await position(page)
  await soon(() => bufferedTo(page)).toBeGreaterThan(from + 58)
  await context.setOffline(true)
  await page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    // A minute of film in eight seconds.
    video.playbackRate = 8
    void video.play()
  })
  await soon(() => position(page)).toBeGreaterThan(from + 52)
  await page.evaluate(() => document.querySelector('video')?.pause())
  await expect(page.getByText(/Verbindung ist weg. Dein Fortschritt wird hier gesammelt/)).toBeVisible()
  expect(await waiting(page)).toBeGreaterThan(0)

  await context.setOffline(false)
  await soon(() => stored(page)).toBeGreaterThan(before + 40)
  await soon(() => waiting(page)).toBe(0)
  await expect(page.getByText(/Verbindung ist weg/)).toBeHidden()

  // One more report that cannot leave, and the page is closed over it.
  const refuse = '**/api/progress'
  await page.route(refuse, (route) => route.fulfill({ status: 503, json: {} }))
  await page.evaluate(() => document.querySelector('video')?.play())
  const then = await position(page)
  await soon(() => position(page)).toBeGreaterThan(then + 2)
  await page.evaluate(() => document.querySelector('video')?.pause())
  await soon(() => waiting(page)).toBeGreaterThan(0)
  await page.goto(`${shop.url}/konto`)
  expect(await waiting(page)).toBeGreaterThan(0)
  await page.unroute(refuse)
  const handedIn = page.waitForResponse((answer) => answer.url().endsWith('/api/progress') && answer.status() === 200)
  await page.getByRole('button', { name: 'Hier abmelden' }).click()
  await handedIn
  await page.waitForURL('**/anmelden**')
  expect(await waiting(page)).toBe(0)
})

test('a refund stops the open film within seconds and says why', async ({ page }) => {
  const { sessionId } = await learnerIn(page)
  await start(page, PAID_LESSON.path)
  const act = `${shop.stripe}/dashboard/payments/${sessionId}/act`
  const refund = await page.request.post(act, { form: { what: 'refund', amount: '349,00' }, maxRedirects: 0 })
  expect(refund.status()).toBe(303)
  const notice = page.getByRole('alert').filter({ hasText: 'Dein Zugang ist beendet' })
  await expect(notice).toBeVisible({ timeout: 13_000 })
  await expect(notice).toContainText('Dein Zugang zu diesem Kurs ist beendet')
  await expect(page.locator('video')).toHaveCount(0)
  const again = await page.evaluate(
    async (id) => (await fetch(`/api/lessons/${id}/play`, { method: 'POST' })).status,
    PAID_LESSON.id,
  )
  expect(again).toBe(403)
})
