import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knock } from '../../kit/raw.ts'
import { until } from '../../kit/until.ts'
import { openWorld, readLog, type World } from '../../kit/world.ts'

/** What `web/site.ts` decides before Next sees a request, over a real socket. */

let world: World
const KB = 1024

beforeAll(async () => {
  world = await openWorld({ parts: ['web'], env: { TRUSTED_PROXY_HOPS: '0' } })
})
afterAll(() => world?.close())

/** `fetch` would refuse TRACE, and announces a length. */
const raw = (method: string, path: string, options?: Parameters<typeof knock>[3]) =>
  knock(world.url, method, path, options)

const json = { 'content-type': 'application/json' }

test.each([
  ['announced', false],
  ['streamed', true],
])('a body above 64 kB is refused with 413 (%s)', async (_, chunked) => {
  const answer = await raw('POST', '/api/stripe/create-checkout', {
    headers: json,
    body: Buffer.alloc(65 * KB, 32),
    chunked,
  })
  expect(answer.status).toBe(413)
  expect(answer.error?.code).toBe('too_large')
  expect(answer.error?.requestId).toBe(answer.headers['x-request-id'])
})

test('a webhook may be larger, up to 512 kB', async () => {
  const path = '/api/webhook/stripe'
  const fits = await raw('POST', path, { headers: json, body: Buffer.alloc(500 * KB, 32), chunked: true })
  expect(fits.status).toBe(400)
  expect(fits.error?.code).toBe('signature_invalid')
  const tooMuch = await raw('POST', path, { headers: json, body: Buffer.alloc(513 * KB, 32), chunked: true })
  expect(tooMuch.status).toBe(413)
})

test.each(['TRACE', 'PROPFIND'])('%s is not answered by anything', async (method) => {
  const answer = await raw(method, '/')
  expect(answer.status).toBe(405)
  expect(answer.error?.code).toBe('method_not_allowed')
})

test("a client's own address and request id are dropped, the log shortens the address and cuts tokens", async () => {
  const answer = await raw('GET', '/api/health?token=very-secret-token', {
    headers: { 'x-forwarded-for': '6.6.6.6', 'x-client-ip': '6.6.6.6', 'x-request-id': 'chosen-by-the-client' },
  })
  expect(answer.headers['x-request-id']).not.toBe('chosen-by-the-client')
  const line = await until('the log line', () =>
    readLog(world, 'web')
      .split('\n')
      .find((text) => text.includes(String(answer.headers['x-request-id']))),
  )
  expect(JSON.parse(line)).toMatchObject({ method: 'GET', status: 200, ip: '127.0.0.0/24' })
  expect(readLog(world, 'web')).not.toContain('very-secret-token')
  expect(readLog(world, 'web')).not.toContain('6.6.6')
})

test('health, readiness and status answer; status names the missing worker', async () => {
  expect((await raw('GET', '/api/health')).status).toBe(200)
  expect(JSON.parse((await raw('GET', '/api/ready')).text)).toEqual({ ready: true, degraded: [] })
  const status = await raw('GET', '/api/status')
  expect(status.status).toBe(503)
  expect(status.text).toContain('worker_silent')
})

test('the status answers an address 240 times a minute, then asks it to wait', async () => {
  const answers: Response[] = []
  // A busy machine may count some in memory instead of in the database, so the end is not exact.
  while (answers.length < 600 && answers.every(({ status }) => status !== 429))
    answers.push(...(await Promise.all(Array.from({ length: 20 }, () => fetch(`${world.url}/api/status`)))))
  const refused = answers.find(({ status }) => status === 429)
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(answers.length).toBeGreaterThanOrEqual(240)
})

/** Bytes as they are, and everything that comes back until the server closes. */
const speak = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1', () => socket.write(text))
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })
const upgrade = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`

test.each(['/_next/webpack-hmr', '/', '/api/health'])('nobody can leave a socket open at %s', async (path) => {
  expect(await speak(upgrade(path))).toBe('')
  expect((await raw('GET', '/api/health')).status).toBe(200)
})

test.each(['h2c', 'TLS/1.0'])('a client that would also speak %s is answered as it asked', async (upgrade) => {
  const more = { connection: 'Upgrade, HTTP2-Settings', upgrade, 'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA' }
  const seen = await raw('GET', '/api/health', { headers: more })
  const rung = await raw('POST', '/api/webhook/stripe', { headers: { ...json, ...more }, body: '{}' })
  expect([seen.status, rung.status, rung.error?.code]).toEqual([200, 400, 'signature_invalid'])
})

test('OPTIONS asks for the server or for an address, and is told what it takes', async () => {
  const server = await speak('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  expect(server).toMatch(/^HTTP\/1\.1 204 .*\r\nallow: GET, HEAD, POST/is)
  const notes = await raw('OPTIONS', '/api/notes')
  expect([notes.status, notes.headers.allow]).toEqual([204, 'GET, HEAD, POST, OPTIONS'])
})

test('a request line with a whole address leads nowhere else', async () => {
  const line = (address: string) => speak(`GET ${address} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
  for (const address of ['http://evil.example/', 'http://evil.example/kurs/', 'http://evil.example//x'])
    expect(await line(address)).toMatch(/^HTTP\/1\.1 421 /)
  expect(await line('nonsense')).toMatch(/^HTTP\/1\.1 400 /)
  expect(await line(`${world.url}/api/health`)).toMatch(/^HTTP\/1\.1 200 .*"ok":true/s)
  for (const path of ['//evil.example/', '//evil.example/kurs/', '/\\evil.example/', '/kurs/']) {
    const { headers } = await raw('GET', path, { headers: { host: 'evil.example' } })
    const to = headers.location && new URL(headers.location, world.url).origin
    expect([path, to ?? world.url]).toEqual([path, world.url])
  }
})

test.each(['/..%2f..%2fetc/passwd', '/..%5c..%5cwindows', '/kurs/..%2f..%2f..%2fx', '/%00', '/%E0%A4%A'])(
  '%s is no address',
  async (path) => {
    const answer = await raw('GET', path, {})
    expect([answer.status, answer.error?.code]).toEqual([400, 'invalid_input'])
  },
)

test.each([
  ['GET', '/%E0%A4%A', 400, 'nicht lesbar'],
  ['GET', `/kurs?q=${'x'.repeat(5_000)}`, 414, 'zu lang'],
  ['GET', '/api/auth/logout', 405, 'gibt es hier nicht'],
  ['GET', '/api/bestaetigung', 404, 'gibt es hier nicht'],
  ['POST', '/api/notes', 401, 'Melde dich an'],
])('%s %s in a browser’s tab is a page with a sentence', async (method, path, status, words) => {
  const headers = { 'sec-fetch-mode': 'navigate', origin: world.url, cookie: 'session=nonsense' }
  const answer = await knock(world.url, method, path, { headers })
  expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8'])
  expect(answer.text).toMatch(new RegExp(`<h1[^>]*>[^<]+</h1><p[^>]*>[^<]*${words}`))
  expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'")
  // The page behind it is nobody's to ask for.
  expect((await knock(world.url, 'GET', '/abgewiesen', { headers })).status).toBe(404)
})

test('Next works on no picture for anybody', async () => {
  for (const path of ['/_next/image?url=%2Ficons%2F512.png&w=640&q=75', '/_next/image/?url=x'])
    expect((await raw('GET', path)).status).toBe(404)
})

test('a webhook address with a slash at its end is the same door', async () => {
  const answer = await raw('POST', '/api/webhook/stripe/', { headers: json, body: Buffer.from('{}') })
  expect([answer.status, answer.error?.code]).toEqual([400, 'signature_invalid'])
})

test('an answer of some length is packed as the reader can unpack it', async () => {
  const packed = async (accepted: string) => {
    const { headers } = await raw('GET', '/sw.js', { headers: { 'accept-encoding': accepted } })
    return [headers['content-encoding'], headers.vary]
  }
  expect(await packed('gzip, deflate, br')).toEqual(['br', 'accept-encoding'])
  expect(await packed('gzip;q=0.5, br;q=0')).toEqual(['gzip', 'accept-encoding'])
  expect(await packed('identity')).toEqual([undefined, 'accept-encoding'])
  const head = await raw('HEAD', '/sw.js', {})
  expect([head.status, head.text, Number(head.headers['content-length']) > 1_000]).toEqual([200, '', true])
})

test('a wrong method names the right ones', async () => {
  const answer = await raw('PATCH', '/api/notes')
  expect([answer.status, answer.headers.allow, answer.error?.code]).toEqual([
    405,
    'GET, HEAD, POST, OPTIONS',
    'method_not_allowed',
  ])
})

test.each(['/kurs', '/anmelden', '/wp-login.php', '/_next/static/none.js', '/500'])(
  '%s is shown, and takes nothing',
  async (path) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await raw(method, path, { headers: { 'next-action': 'x' }, body: '{' })
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'GET, HEAD, OPTIONS'])
    }
    expect((await raw('OPTIONS', path)).headers.allow).toBe('GET, HEAD, OPTIONS')
  },
)

/** What only Next's router in our own pages sends, in no shape that it would send. */
const oddStates = ['%7B', '%', '[]', '%5B%22%22%5D', 'null', `%5B%22${'x'.repeat(15_000)}%22%5D`]
test.each(oddStates)('a router state of %.12s is no fault of the server', async (state) => {
  for (const path of ['/kurs', '/wp-login.php', '/kurs.rsc', '/kurs.segments/x.segment.rsc'])
    for (const headers of [{ rsc: '1' }, { rsc: '1', 'next-router-prefetch': '1' }, {}] as Record<string, string>[]) {
      const answer = await raw('GET', path, { headers: { ...headers, 'next-router-state-tree': state } })
      expect([path, answer.status, answer.error?.code]).toEqual([path, 400, 'invalid_input'])
    }
})

test('SIGTERM ends an idle server with 0, although a client keeps its connection', async () => {
  await fetch(`${world.url}/api/health`)
  const web = world.part('web')
  const began = Date.now()
  await web.kill('SIGTERM')
  // Whom it had to cut off, it lets go after ten.
  expect(Date.now() - began).toBeLessThan(9_000)
  expect(web.running).toBe(false)
  await expect(fetch(`${world.url}/api/health`)).rejects.toThrow()
})
