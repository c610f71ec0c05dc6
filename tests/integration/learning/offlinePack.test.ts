import { expect } from 'vitest'
import type { OfflinePack } from '#domain/learning/offline/offlinePack.ts'
import { personIn } from '../../kit/people.ts'
import { newAddress, test } from '../../kit/shop.ts'
import type { World } from '../../kit/world.ts'

let world: World
test.beforeAll(async ({ shop }) => {
  world = shop
})

test('an owner gets every open lesson to read, and nothing that plays', async () => {
  const { browser } = await personIn(world, newAddress('unterwegs'), { course: true })
  const answer = await browser.get('/api/offline')
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  const pack = answer.json<OfflinePack & Record<string, unknown>>()
  const { lessons } = world.ctx.content.course()
  expect(pack.lessons.map(({ id }) => id)).toEqual(lessons.map(({ id }) => id))
  expect(pack.lessons.every(({ html }) => html.includes('<section'))).toBe(true)
  const spoken = new Set(lessons.filter(({ hasCaptions }) => hasCaptions).map(({ id }) => id))
  for (const { id, captions } of pack.lessons) expect(captions?.startsWith('WEBVTT') ?? false).toBe(spoken.has(id))
  expect(answer.text).not.toMatch(/\.m3u8|bcdn_token|unterwegs@example/)
  // 75 lessons must fit a phone on a slow line.
  expect(Buffer.byteLength(answer.text)).toBeLessThan(1_500_000)
})

test('strangers, people without the course and people who lost it get nothing', async () => {
  expect((await world.browser().get('/api/offline')).status).toBe(401)
  const { browser } = await personIn(world, newAddress('ohne'))
  expect((await browser.get('/api/offline')).status).toBe(403)
})

test('the workshop can be installed, and its service worker is never kept', async () => {
  const browser = world.browser()
  const manifest = (await browser.get('/manifest.webmanifest')).json<{ icons: { src: string }[]; start_url: string }>()
  expect(manifest.start_url).toBe('/werkstatt')
  for (const { src } of manifest.icons) expect((await browser.get(src)).headers.get('content-type')).toBe('image/png')
  const worker = await browser.get('/sw.js')
  expect([worker.status, worker.headers.get('cache-control')]).toEqual([200, 'no-cache'])
  expect(worker.headers.get('content-type')).toContain('javascript')
  expect((await browser.get('/unterwegs')).text).not.toContain('example.de')
})
