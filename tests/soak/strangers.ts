import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { knock } from '#tests/kit/raw.ts'
import { apiRoutes } from '#tests/kit/routes.ts'
import type { Town } from './actors.ts'
import { isDesigned } from './books.ts'

/** Requests of attackers. An answer from 500 on is a fault; any refusal is right, and so is a closed connection. */

const long = 'x'.repeat(70_000)
const oddPaths = [
  ...['/%', '/%zz', '/%00', '/..%2f..%2fetc/passwd', '//evil.example/', '/_next/image?url=%2Ficon.svg&w=64&q=75'],
  ...['/_next/static/chunks/none.js', '/lektionen/%F0%9F%94%A8', '/admin/bestellungen/%27', `/${'a'.repeat(5_000)}`],
  ...[
    '/kauf/danke?session_id=cs_test_none',
    '/anmelden/link?token=none',
    '/plan/feed/none.ics',
    '/bestaetigung/AAAA-AAAA',
  ],
  ...[
    '/suche?q=%00',
    '/api/none',
    '/api/orders/none/status',
    'http://evil.example/kurs',
    '/kurs?_rsc=none',
    '/wp-login.php',
  ],
]
const oddBodies = ['', '{', '[]', 'null', '{"email":{}}', '\u0000', '{"__proto__":{"a":1}}', `{"email":"${long}"}`]
const oddHeaders: Record<string, string>[] = [
  {},
  { cookie: 'session=none; __Host-session=none; prelogin=none; checkout=none' },
  { cookie: `session=${'e'.repeat(4_000)}` },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'accept-encoding': 'br;q=9, nonsense' },
  { 'next-router-state-tree': '%7B', rsc: '1' },
  { 'stripe-signature': 't=1,v1=00', 'svix-id': 'a', 'svix-timestamp': '1', 'svix-signature': 'v1,AA' },
  { range: 'bytes=0-0,5-', 'if-none-match': '*' },
]
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

export async function garbage(town: Town): Promise<void> {
  const { random, books, shop } = town
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T
  const isRoute = random.next() < 0.6
  const route = pick(apiRoutes())
  const path = isRoute ? route.path : pick(oddPaths)
  const method = pick(isRoute ? [...route.methods, ...methods] : methods)
  const headers: Record<string, string> = {
    host: new URL(shop.url).host,
    ...pick(oddHeaders),
    'x-forwarded-for': town.nextIp(),
  }
  if (method === 'POST' && !headers['content-type']) headers['content-type'] = 'application/json'
  const body = ['GET', 'HEAD'].includes(method) ? undefined : pick(oddBodies)
  try {
    const answer = await knock(shop.url, method, path, { headers, body, chunked: random.next() < 0.2 })
    books.count('garbage', answer.status)
    if (answer.status >= 500 && !isDesigned(books, path, answer))
      books.wrong(`garbage: ${method} ${path.slice(0, 100)} answered ${answer.status}: ${answer.text.slice(0, 200)}`)
  } catch (error) {
    // Some of it is no HTTP: the connection is closed on it.
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED')
      books.wrong(`garbage: ${method} ${path}: nobody listens`)
  }
}

/**
 * Connections that occupy the web for long: a body sent byte by byte, an answer never read, silence, a switch of
 * protocol.
 */
const slowly: ((socket: Socket, host: string) => void)[] = [
  () => {},
  (socket) => socket.write('GET / HT'),
  (socket, host) => socket.write(`GET /api/health HTTP/1.1\r\nhost: ${host}\r\nx-a: `),
  (socket, host) => {
    socket.write(
      `POST /api/auth/magic-link HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n`,
    )
    const drops = setInterval(() => socket.write('{'), 200)
    socket.once('close', () => clearInterval(drops))
  },
  (socket, host) => {
    socket.pause()
    // Twenty pages are requested, none is read.
    socket.write(`GET /kurs HTTP/1.1\r\nhost: ${host}\r\n\r\n`.repeat(20))
  },
  (socket, host) =>
    socket.write(
      `GET /_next/webpack-hmr HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
    ),
  (socket) => socket.write('\u0016\u0003\u0001\u0000garbage\r\n\r\n'),
  (socket) => socket.end(),
]

/** Holds `count` of them at any time, each for some seconds. */
export async function slowClients(town: Town, count: number, stopped: () => boolean): Promise<void> {
  const { hostname, port, host } = new URL(town.shop.url)
  const hold = async () => {
    while (!stopped()) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.once('connect', () => slowly[Math.floor(town.random.next() * slowly.length)]?.(socket, host))
      const until = Date.now() + 3_000 + town.random.next() * 12_000
      while (!stopped() && Date.now() < until && !socket.destroyed) await sleep(200)
      town.books.count('slow', 0)
      socket.destroy()
      await sleep(50)
    }
  }
  await Promise.all(Array.from({ length: count }, hold))
}
