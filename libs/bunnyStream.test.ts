import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { isAppError, type OutsideError } from '#errors'
import { signDirectory, signTus, verifyDelivery } from './bunnySign.ts'
import { createBunnyStream, createVideoHost } from './bunnyStream.ts'

const guid = 'eb1c4f77-0cda-46be-b47d-1118ad7c2ffe'
const log = { info() {}, warn() {}, error() {} }
const headersOf = (values: Record<string, string>) => ({ get: (name: string) => values[name] ?? null })

// ── signatures, with published vectors ───────────────────────────────────────────────────────────

test('a directory token is Bunny’s own vector', () => {
  expect(
    signDirectory({
      baseUrl: 'https://vz-test.b-cdn.net',
      key: 'SecurityKey',
      directory: `/${guid}/`,
      file: 'playlist.m3u8',
      expires: 1598024587,
    }),
  ).toBe(
    `https://vz-test.b-cdn.net/bcdn_token=HS256-ARHe6a4FpEKUq2o8SCq25B4NHCdsjm1WBwko8JkSbaM&token_path=%2F${guid}%2F&expires=1598024587/${guid}/playlist.m3u8`,
  )
})

test('an upload is signed as TUS at Bunny wants it', () => {
  expect(signTus('759', 'APIKEY', 1456761770, guid)).toBe(
    'a313df11654675940bc90414710ef439065b10323e21bbce88d1159253bfdd81',
  )
})

const body = Buffer.from('{"VideoLibraryId":133,"VideoGuid":"657bb740-a71b-4529-a012-528021c31a92","Status":3}')
const signed = {
  'x-bunnystream-signature-version': 'v1',
  'x-bunnystream-signature-algorithm': 'hmac-sha256',
  'x-bunnystream-signature': '56cded91b2a6f2aaf0231a4a346ab70d6e291cfcf72073db00c6837269cbc776',
}

test('a delivery is accepted only with its exact signature', () => {
  expect(verifyDelivery(body, headersOf(signed), 'ROKEY')).toBe(true)
  expect(verifyDelivery(body, headersOf(signed), 'other')).toBe(false)
  expect(verifyDelivery(Buffer.concat([body, Buffer.from(' ')]), headersOf(signed), 'ROKEY')).toBe(false)
  expect(verifyDelivery(body, headersOf({ ...signed, 'x-bunnystream-signature-version': 'v2' }), 'ROKEY')).toBe(false)
  expect(verifyDelivery(body, headersOf({ ...signed, 'x-bunnystream-signature': '' }), 'ROKEY')).toBe(false)
})

// ── behaviour against a server that misbehaves ───────────────────────────────────────────────────

type Answer = (request: IncomingMessage, response: ServerResponse) => void
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(...answers: Answer[]) {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    const answer = answers[Math.min(seen.length, answers.length) - 1]!
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const apiBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = {
    libraryId: '133',
    accessKey: 'k',
    readOnlyKey: 'ROKEY',
    cdnBaseUrl: 'https://cdn.test',
    tokenKey: 't',
    apiBaseUrl,
  }
  return { seen, config, stream: createBunnyStream(config, log) }
}

const video = (status = 4) => JSON.stringify({ guid, title: 'Film', status, length: 300, somethingNew: true })
const good: Answer = (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(video())
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end('<html>not JSON</html>')
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error) => (error as OutsideError).failure,
  )
const path = `GET /library/133/videos/${guid}`

test('repeats after 500 and reads fields it does not know', async () => {
  const { stream, seen } = await serve(status(500), status(503), good)
  const [result] = await stream.getVideosMetaBatch([{ libraryId: '133', guid }], { retryDelay: 5, rateLimit: 1000 })
  expect(result).toMatchObject({ video: { guid, status: 4, length: 300, resolutions: '' } })
  expect(seen).toEqual([path, path, path])
})

test('waits as long as Retry-After says', async () => {
  const { stream } = await serve(status(429, { 'retry-after': '1' }), good)
  const start = performance.now()
  await stream.getVideosMetaBatch([{ libraryId: '133', guid }], { retryDelay: 5 })
  expect(performance.now() - start).toBeGreaterThanOrEqual(990)
})

test('does not repeat what is definite', async () => {
  const missing = await serve(status(404))
  expect(await failureOf(missing.stream.getVideoMeta('133', guid))).toBe('not_found')
  expect(missing.seen).toHaveLength(1)
  const refused = await serve(status(401))
  expect(await failureOf(refused.stream.getVideoMeta('133', guid))).toBe('rejected')
  expect(refused.seen).toHaveLength(1)
})

test('a batch names each failure in its place', async () => {
  const { stream } = await serve((request, response) =>
    request.url?.endsWith('/gone') ? status(404)(request, response) : good(request, response),
  )
  const videos = ['a', 'gone', 'c'].map((id) => ({ libraryId: '133', guid: id }))
  const results = await stream.getVideosMetaBatch(videos, { rateLimit: 1000 })
  expect(results.map((result) => ('video' in result ? 'ok' : (result.error as OutsideError).failure))).toEqual([
    'ok',
    'not_found',
    'ok',
  ])
})

test('begins at most rateLimit calls per second', async () => {
  const { stream } = await serve(good)
  const start = performance.now()
  await stream.getVideosMetaBatch(
    Array.from({ length: 6 }, () => ({ libraryId: '133', guid })),
    { rateLimit: 20 },
  )
  expect(performance.now() - start).toBeGreaterThanOrEqual(240)
})

test('never creates a film twice after an answer that got lost', async () => {
  const { config, seen } = await serve((request) => request.socket.destroy())
  expect(await failureOf(createVideoHost(config, log).createVideo('Neu'))).toBe('bad_answer')
  expect(seen).toHaveLength(1)
})

test('the circuit opens after failures and then asks nobody', async () => {
  const { stream, seen } = await serve(status(500))
  const many = Array.from({ length: 12 }, () => ({ libraryId: '133', guid }))
  await stream.getVideosMetaBatch(many, { maxRetries: 0, rateLimit: 1000 })
  const before = seen.length
  expect(await failureOf(stream.getVideoMeta('133', guid))).toBe('circuit_open')
  expect(seen.length).toBe(before)
  expect(before).toBeLessThan(12)
})

test('a closed port is named', async () => {
  const config = {
    libraryId: '1',
    accessKey: 'k',
    readOnlyKey: null,
    cdnBaseUrl: null,
    tokenKey: null,
    apiBaseUrl: 'http://127.0.0.1:9',
  }
  const [result] = await createBunnyStream(config, log).getVideosMetaBatch([{ libraryId: '1', guid }], {
    maxRetries: 0,
  })
  expect((result as unknown as { error: OutsideError }).error.failure).toMatch(/refused|bad_answer/)
})

test('deliveries: signed and ours, or refused', async () => {
  const { config } = await serve(good)
  const codeOf = (work: () => unknown) => {
    try {
      work()
      return 'none'
    } catch (error) {
      return isAppError(error) ? error.code : 'other'
    }
  }
  const host = createVideoHost(config, log)
  expect(host.readEvent(body, headersOf(signed))).toEqual({
    guid: '657bb740-a71b-4529-a012-528021c31a92',
    webhookStatus: 3,
  })
  expect(codeOf(() => host.readEvent(body, headersOf({})))).toBe('signature_invalid')
  expect(codeOf(() => createVideoHost({ ...config, readOnlyKey: null }, log).readEvent(body, headersOf(signed)))).toBe(
    'signature_invalid',
  )
  expect(codeOf(() => createVideoHost({ ...config, libraryId: '7' }, log).readEvent(body, headersOf(signed)))).toBe(
    'payload_unusable',
  )
})

test('what no row can hold leaves as a sign for it, in titles and captions', async () => {
  const odd = { guid, title: 'F\u0000ilm', status: 4, length: 300, captions: [{ srclang: 'de', label: '\ud800' }] }
  const { stream } = await serve((_, response) => response.writeHead(200).end(JSON.stringify(odd)))
  expect(await stream.getVideoMeta('133', guid)).toMatchObject({
    title: 'F\ufffdilm',
    captions: [{ srclang: 'de', label: '\ufffd' }],
  })
})
