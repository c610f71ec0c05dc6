import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { ReadableStream as NodeStream } from 'node:stream/web'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Refused } from '#app/_http/pageStatus.ts'
import { errorResponse } from '#app/_http/respond.ts'
import { AppError } from '#errors'
import { knock } from '#tests/kit/raw.ts'
import { answerRoute } from './answerRoute.ts'

/** A download that breaks off, and a refusal that is shown as a page. */

const PAGE = 'eine Seite mit einem Satz'
const file = (bytes: AsyncGenerator<Uint8Array>) =>
  new Response(NodeStream.from(bytes) as ReadableStream, {
    headers: { 'content-type': 'application/pdf', 'content-disposition': 'attachment; filename="heft.pdf"' },
  })
async function* pages(breaks: boolean) {
  yield Buffer.from('%PDF-1.7 erste Seite ')
  // As with a notebook: the first page has been sent when the second one fails.
  await new Promise((resolve) => setTimeout(resolve, 20))
  if (breaks) throw new Error('the thread died')
  yield Buffer.from('letzte Seite %%EOF')
}
const refuse = (error: AppError) => async () => errorResponse(error, 'nummer-1')
const handlers: Record<string, () => Promise<Response>> = {
  '/whole': async () => file(pages(false)),
  '/broken': async () => file(pages(true)),
  '/busy': refuse(new AppError('paper_busy', 'x', { retryAfter: 20, facts: { book: true } })),
  '/nobody': refuse(new AppError('unauthenticated')),
  '/status': async () => Response.json({ ok: false, causes: [] }, { status: 503 }),
}

let url = ''
let shown: Refused[] = []
const server = createServer((request, response) => {
  const handler = handlers[request.url?.split('?')[0] ?? '']!
  const showRefused = async (refused: Refused) => {
    shown.push(refused)
    response.setHeader('content-type', 'text/html').end(PAGE)
  }
  answerRoute({ handler, params: {}, origin: url, showRefused }, request, response).catch(() => {
    response.statusCode = 500
    response.end()
  })
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

/** What a proxy that speaks the old protocol gets until the connection ends. */
async function byOldProtocol(path: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.0\r\nhost: x\r\n\r\n`)
  return text(socket)
}

const looked = (path: string, headers: Record<string, string>) => knock(url, 'GET', path, { headers })

test('a file that breaks off never looks whole', async () => {
  expect(await (await fetch(`${url}/whole`)).text()).toContain('%%EOF')
  const broken = await fetch(`${url}/broken`)
  expect(broken.status).toBe(200)
  await expect(broken.arrayBuffer()).rejects.toThrow()
})

test('through a proxy that knows the end of a body by its closing it comes with its length, or not at all', async () => {
  expect(await byOldProtocol('/whole')).toMatch(/content-length: 39\r\n.*letzte Seite %%EOF$/is)
  const broken = await byOldProtocol('/broken')
  expect(broken).toMatch(/^HTTP\/1\.1 500/)
  expect(broken).not.toContain('%PDF')
})

test.each([
  ['a link', { 'sec-fetch-mode': 'navigate' }],
  ['a link in an old browser', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
])('whoever follows %s sees a page with the next step, under the same status', async (_, headers) => {
  shown = []
  const busyAnswer = await looked('/busy?art=notizen', { ...headers, referer: `${url}/heft?art=notizen` })
  expect(busyAnswer).toMatchObject({ status: 503, headers: { 'retry-after': '20' }, text: PAGE })
  expect((await looked('/nobody', { ...headers, referer: 'https://anderswo.test/heft' })).status).toBe(401)
  const [busy, unknown] = shown
  expect(busy).toMatchObject({ status: 503, code: 'paper_busy', again: '/busy?art=notizen', from: '/heft?art=notizen' })
  expect(busy?.message).toMatch(/in einer halben Minute noch einmal\. Die Textdatei/)
  expect(unknown).toMatchObject({ again: null, from: null, requestId: 'nummer-1' })
})

test('programs get JSON, and what is no refusal stays as it is for everybody', async () => {
  shown = []
  const answer = await looked('/busy', { 'sec-fetch-mode': 'cors', accept: '*/*' })
  expect(answer.error).toMatchObject({ code: 'paper_busy' })
  const status = await looked('/status', { 'sec-fetch-mode': 'navigate' })
  expect(status).toMatchObject({ status: 503, text: '{"ok":false,"causes":[]}' })
  expect(shown).toEqual([])
})
