import { expect, type Page } from '@playwright/test'
import { passages } from '#components/member/transcript.ts'
import { courseRules } from '#domain/learning/courseRules.ts'
import { createContent } from '#libs/content.ts'
import { position, shop } from './shop.ts'
import { soon } from './soon.ts'

/** Three lessons in a row; the first is free. */
export const lessons = {
  first: '/lektionen/was-dich-heute-kostet',
  second: '/lektionen/die-leere-werkbank',
  third: '/lektionen/ein-ort-fuer-alles',
}

const content = createContent('.', courseRules)

/** The lesson at an address as its files have it, with its spoken text in the passages its page shows. */
export function lessonAt(path: string) {
  const id = path.replace('/lektionen/', '')
  const lesson = content.course().lessons.find((one) => one.slug === id)
  const captions = lesson && content.captions(lesson.id)
  if (!captions) throw new Error(`There is no spoken lesson at ${path}.`)
  return { ...lesson, spoken: passages(captions) }
}

export async function startFilm(page: Page, path: string): Promise<void> {
  await page.goto(`${shop.url}${path}`)
  await page.getByRole('button', { name: /Abspielen|Weiter bei/ }).click()
  await running(page)
}

/** Waits until the film runs, from wherever it began. */
export async function running(page: Page): Promise<void> {
  await soon(() => position(page)).toBeGreaterThan(0)
  const from = await position(page)
  await soon(() => position(page)).toBeGreaterThan(from + 0.3)
}

/** Waits until a lesson's scripts listen: an earlier key press or word would be lost. */
export const listening = (page: Page) =>
  page.waitForFunction(() => {
    const host = document.querySelector('.film-host')
    return host !== null && Object.keys(host).some((key) => key.startsWith('__react'))
  })

/** Notes where the film begins, the first time it does. Call it before the start and `begun` after it. */
export const noteBeginning = (page: Page) =>
  page.evaluate(() => {
    document.addEventListener(
      'playing',
      ({ target }) => Object.assign(window, { begun: (target as HTMLVideoElement).currentTime }),
      { capture: true, once: true },
    )
  })
export const begun = (page: Page) => page.evaluate(() => (window as unknown as { begun: number }).begun)

/** Second at which the account would go on, as the server has it; -1: it knows nothing of this lesson. */
export async function storedPosition(page: Page, lessonId: string): Promise<number> {
  const answer = await page.request.get(`${shop.url}/api/progress`)
  const { lessons: all } = (await answer.json()) as { lessons: { lessonId: string; position: number }[] }
  return all.find((lesson) => lesson.lessonId === lessonId)?.position ?? -1
}

/** „1:04“, as pages write a second of a film. */
export const clock = (second: number) =>
  `${Math.floor(second / 60)}:${String(Math.floor(second % 60)).padStart(2, '0')}`

/** The state of the video element. */
export const film = (page: Page) =>
  page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    const captions = [...video.textTracks].find(({ kind }) => kind === 'captions')
    const { paused, muted, playbackRate: rate, currentTime: at, duration } = video
    return { paused, muted, rate, at, duration, captions: captions?.mode ?? 'none' }
  })

export const pause = (page: Page) => page.evaluate(() => document.querySelector('video')?.pause())

/** Jumps almost to the end and plays on. */
export const toTheEnd = (page: Page) =>
  page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    video.currentTime = video.duration - 0.4
    void video.play()
  })

export async function openSheet(page: Page): Promise<void> {
  // The controls hide while the film runs.
  await page.locator('.film-place').hover()
  await page.getByRole('button', { name: 'Einstellungen und Kapitel' }).click()
  await expect(page.getByRole('dialog', { name: 'Einstellungen' })).toBeVisible()
}
