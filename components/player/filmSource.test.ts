import { expect, test } from 'vitest'
import { withSignature } from './filmSource.ts'

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
