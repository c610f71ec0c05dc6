import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PlayerError } from './playback.ts'
import { createSignature, withSignature } from './signature.ts'

const signed = (token: string, file: string) =>
  `https://cdn.test/bcdn_token=HS256-${token}&token_path=%2Fg%2F&expires=1/g/${file}`

test('a later request gets the newest signature and keeps its file', () => {
  expect(withSignature(signed('old', '720p/s4.m4s'), signed('new', 'playlist.m3u8'))).toBe(signed('new', '720p/s4.m4s'))
})

test('unsigned addresses stay as they are', () => {
  expect(withSignature('https://cdn.test/g/s4.m4s', 'https://cdn.test/g/playlist.m3u8')).toBe(
    'https://cdn.test/g/s4.m4s',
  )
  expect(withSignature(signed('old', 's4.m4s'), 'https://cdn.test/g/playlist.m3u8')).toBe(signed('old', 's4.m4s'))
})

const MINUTE = 60_000
const first = { playlistUrl: signed('a', 'playlist.m3u8') }
let answers: (() => Response)[] = []
let asked = 0

beforeEach(() => {
  vi.useFakeTimers()
  answers = []
  asked = 0
  vi.stubGlobal('fetch', async () => {
    asked += 1
    const answer = answers.shift()
    if (!answer) throw new TypeError('Failed to fetch')
    return answer()
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const ok = (token: string) => () => Response.json({ playlistUrl: signed(token, 'playlist.m3u8') })
const refusal = (status: number, code: string) => () => Response.json({ error: { code, message: 'Nein.' } }, { status })

test('is renewed when it is needed and old, not by a clock: a paused tab asks for nothing', async () => {
  const signature = createSignature(first, 'eins', () => {})
  vi.advanceTimersByTime(3 * MINUTE)
  await signature.ready()
  expect(asked).toBe(0)
  // A laptop asleep for an hour.
  vi.advanceTimersByTime(60 * MINUTE)
  expect(asked).toBe(0)
  answers = [ok('b')]
  await Promise.all([signature.ready(), signature.ready(), signature.renew()])
  expect(asked).toBe(1)
  expect(signature.newest()).toBe(signed('b', 'playlist.m3u8'))
  await signature.ready()
  expect(asked).toBe(1)
})

test('while nobody answers the old one is kept, and asked for again no sooner than in ten seconds', async () => {
  const refused: PlayerError[] = []
  const signature = createSignature(first, 'eins', (error) => refused.push(error))
  vi.advanceTimersByTime(4 * MINUTE)
  await signature.ready()
  await signature.ready()
  expect([asked, signature.newest()]).toEqual([1, first.playlistUrl])
  vi.advanceTimersByTime(10_000)
  answers = [refusal(503, 'database_unavailable')]
  await signature.ready()
  vi.advanceTimersByTime(10_000)
  answers = [ok('b')]
  await signature.ready()
  expect([asked, signature.newest(), refused]).toEqual([3, signed('b', 'playlist.m3u8'), []])
})

test.each([
  [401, 'unauthenticated'],
  [403, 'grant_revoked'],
  [404, 'not_found'],
])('a refusal for good (%i) is told once, and nothing after the end', async (status, code) => {
  const refused: string[] = []
  const signature = createSignature(first, 'eins', (error) => refused.push(error.code))
  answers = [refusal(status, code), refusal(status, code)]
  expect(await signature.renew()).toBe(false)
  expect(refused).toEqual([code])
  signature.stop()
  expect(await signature.renew()).toBe(false)
  expect(refused).toEqual([code])
})
