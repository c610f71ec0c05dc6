import { expect, type Page } from '@playwright/test'
import { listening, running, storedPosition } from './film.ts'
import { test } from './fixture.ts'
import { learnerIn } from './learner.ts'
import { position, shop } from './shop.ts'
import { soon } from './soon.ts'

/**
 * IndexedDB well and sick, and on each device everything a learner leaves behind: progress, a note, a tick, a bookmark,
 * on a page that stays and on one that is left while the server could not be reached.
 */

const refuseOpening = () => {
  IDBFactory.prototype.open = () => {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  }
}
const failWriting = () => {
  for (const name of ['put', 'add', 'delete'] as const) {
    const real = IDBObjectStore.prototype[name] as (...args: unknown[]) => IDBRequest
    Object.assign(IDBObjectStore.prototype, {
      [name](this: IDBObjectStore, ...args: unknown[]) {
        const request = real.apply(this, args)
        this.transaction.abort()
        return request
      },
    })
  }
}
const neverAnswer = () => {
  IDBOpenDBRequest.prototype.addEventListener = () => {}
}
const takeAway = () => Object.defineProperty(window, 'indexedDB', { value: undefined })

const devices: [name: string, makeSick: (() => void) | null][] = [
  ['is well', null],
  ['cannot write', failWriting],
  ['never answers', neverAnswer],
  ['throws at once', refuseOpening],
  ['has no database', takeAway],
]

// A service worker would answer before the test's own refusals.
test.use({ serviceWorkers: 'block' })

const LESSON = 'der-eingangskorb'
const DOORS = /\/api\/(progress|notes|checklist)$/

interface Stored {
  notes: { kind: string; body: string }[]
  ticked: string[]
}
async function stored(page: Page) {
  const answer = await page.request.get(`${shop.url}/api/notes?lektion=${LESSON}`)
  const { notes, ticked } = (await answer.json()) as Stored
  return {
    notes: notes.filter(({ kind }) => kind === 'note').map(({ body }) => body),
    bookmarks: notes.filter(({ kind }) => kind === 'bookmark').length,
    ticks: ticked.length,
  }
}

const note = (page: Page) => page.getByRole('textbox', { name: 'Neue Notiz' })
const mark = (page: Page) => page.getByRole('button', { name: /^Stelle .* merken$/ })
const pauseFilm = (page: Page) => page.evaluate(() => document.querySelector('video')?.pause())

async function stays(page: Page): Promise<void> {
  await note(page).fill('Auf der Seite geblieben.')
  await note(page).blur()
  await page.getByRole('checkbox').nth(0).check()
  await mark(page).click()
  await pauseFilm(page)
  await soon(() => stored(page)).toEqual({ notes: ['Auf der Seite geblieben.'], bookmarks: 1, ticks: 1 })
  const seen = await position(page)
  await soon(() => storedPosition(page, LESSON)).toBeGreaterThan(seen - 0.1)
  await expect(page.getByText(/wird gesichert|wird übertragen|gesammelt/)).toHaveCount(0)
  await page.getByRole('button', { name: 'Fertig' }).click()
}

async function leaves(page: Page): Promise<void> {
  await page.route(DOORS, (route) => route.fulfill({ status: 503, json: {} }))
  await page.getByRole('checkbox').nth(1).check()
  await expect(page.getByText(/nur auf diesem Gerät, wird übertragen/).first()).toBeVisible()
  await page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    video.currentTime += 30
    void video.play()
  })
  await running(page)
  await mark(page).click()
  await note(page).fill('Mitten im Satz gega')
  const seen = await position(page)
  await page.unroute(DOORS)
  await page.goto('about:blank')
  const all = { notes: ['Auf der Seite geblieben.', 'Mitten im Satz gega'], bookmarks: 2, ticks: 2 }
  await soon(() => stored(page)).toEqual(all)
  await soon(() => storedPosition(page, LESSON)).toBeGreaterThan(seen - 0.1)
}

for (const [name, makeSick] of devices)
  test(`on a device that ${name} progress, note, tick and bookmark arrive, of a page that stays and of one that is left`, async ({
    page,
  }) => {
    if (makeSick) await page.addInitScript(makeSick)
    await learnerIn(page)
    await page.goto(`${shop.url}/lektionen/${LESSON}`)
    await listening(page)
    await page.getByRole('button', { name: 'Abspielen' }).click()
    await running(page)
    await stays(page)
    await leaves(page)
  })
