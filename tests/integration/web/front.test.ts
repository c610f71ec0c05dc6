import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureAdmins } from '#domain/access/ensureAdmins.ts'
import { bringStaticBack } from '#start/formerStatic.ts'
import { root } from '../../kit/processes.ts'
import { knock } from '../../kit/raw.ts'
import { openWorld, readLog, type World } from '../../kit/world.ts'

let world: World
let former: { path: string; forget(): void }

beforeAll(async () => {
  former = await formerFile()
  world = await openWorld({ parts: ['emulators', 'worker', 'web'] })
  await ensureAdmins(world.ctx)
})
afterAll(async () => {
  await world?.close()
  former?.forget()
})

/** A file that a build before this one had: put back as every build does it, before the server lists what is there. */
async function formerFile(): Promise<typeof former> {
  const live = path.join(root, '.next', 'static')
  const aside = mkdtempSync(path.join(tmpdir(), 'former-'))
  const name = path.join('chunks', `former-${randomUUID()}.js`)
  mkdirSync(path.join(aside, 'files', 'chunks'), { recursive: true })
  writeFileSync(path.join(aside, 'files', name), 'globalThis.former = 1')
  bringStaticBack({ live, aside }, Date.now())
  const forget = () => {
    for (const one of [path.join(live, name), aside]) rmSync(one, { recursive: true, force: true })
  }
  return { path: `/_next/static/${name}`, forget }
}

test('a file of the former build is still served', async () => {
  const answer = await fetch(`${world.url}${former.path}`)
  expect([answer.status, await answer.text()]).toEqual([200, 'globalThis.former = 1'])
  expect(answer.headers.get('content-type')).toContain('javascript')
  expect((await fetch(`${world.url}${former.path}x`)).status).toBe(404)
})

test('while a build runs beside the web, its files come from their copies, and one that is nowhere is 404', async () => {
  const live = path.join(root, '.next', 'static', 'chunks')
  const copies = path.join(root, 'build', 'former', 'files', 'chunks')
  // Next has seen it: without the file it would answer 500.
  const name = path.basename(former.path)
  mkdirSync(copies, { recursive: true })
  try {
    renameSync(path.join(live, name), path.join(copies, name))
    const answer = await fetch(`${world.url}${former.path}`)
    expect([answer.status, await answer.text()]).toEqual([200, 'globalThis.former = 1'])
    expect(answer.headers.get('content-type')).toContain('javascript')
    expect(answer.headers.get('cache-control')).toContain('immutable')
    rmSync(path.join(copies, name))
    expect((await fetch(`${world.url}${former.path}`)).status).toBe(404)
  } finally {
    rmSync(path.join(copies, name), { force: true })
    writeFileSync(path.join(live, name), 'globalThis.former = 1')
  }
})

test.each(['../../../config.ts', '..%2f..%2fformer%2fgoneSince.json', 'chunks', ''])(
  '/_next/static/%s is no file of a build',
  async (name) => {
    const answer = await knock(world.url, 'GET', `/_next/static/${name}`, {})
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  },
)

const policyOf = (headers: Headers) =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split('; ').map((part) => {
      const [name = '', ...values] = part.split(' ')
      return [name, values]
    }),
  )

test('every script of a page carries the fresh nonce of its policy', async () => {
  const browser = world.browser()
  const [one, two] = [await browser.get('/bestellen'), await browser.get('/bestellen')]
  const scripts = one.text.match(/<script\b[^>]*>/g) ?? []
  const policy = policyOf(one.headers)
  const nonce = policy['script-src']?.find((value) => value.startsWith("'nonce-"))?.slice(7, -1)
  expect(scripts.length).toBeGreaterThan(2)
  for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`)
  expect(policy['script-src']).toEqual(["'self'", `'nonce-${nonce}'`])
  expect(policyOf(two.headers)['script-src']).not.toEqual(policy['script-src'])
  expect(policy['media-src']).toContain(world.urls.bunny)
  expect(policy['form-action']).toEqual(["'self'", world.urls.stripe])
  expect(policy['frame-ancestors']).toEqual(["'none'"])
  expect(one.headers.get('x-content-type-options')).toBe('nosniff')
})

test('only the admin area may speak to the upload host', async () => {
  const admin = await world.browser().get('/admin')
  const start = await world.browser().get('/')
  expect(policyOf(admin.headers)['connect-src']).toContain(world.urls.bunny)
  expect(start.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
})

test.each(['/werkstatt', '/konto', '/admin', '/admin/bestellungen?zustand=paid'])(
  '%s sends visitors to the login and knows the way back',
  async (path) => {
    const answer = await world.browser().get(path)
    expect(answer.status).toBe(307)
    const to = new URL(answer.headers.get('location') ?? '', world.url)
    expect([to.origin, to.pathname, to.searchParams.get('next')]).toEqual([world.url, '/anmelden', path])
    expect(answer.headers.get('cache-control')).toContain('no-store')
  },
)

test('an invented cookie opens nothing, page by page', async () => {
  const browser = world.browser()
  for (const path of ['/werkstatt', '/konto', '/admin']) {
    browser.cookies.set('session', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.')
    const answer = await browser.get(path)
    // A page with a loading state has begun its answer when it learns who asks: then the redirect is in the body.
    const to = answer.status === 307 ? (answer.headers.get('location') ?? '') : answer.text
    expect(to).toMatch(
      answer.status === 307 ? /^\/anmelden\?next=/ : /http-equiv="refresh" content="1;url=\/anmelden\?next=/,
    )
  }
  browser.cookies.set('session', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.')
  expect((await browser.get('/anmelden')).status).toBe(200)
  expect(browser.cookies.has('session')).toBe(false)
  expect((await browser.get('/api/auth/sessions')).status).toBe(401)
})

test('a page with a token tells nobody where it came from, and its token is in no log', async () => {
  const token = 'Z'.repeat(43)
  const page = await world.browser().get(`/anmelden/link?token=${token}`)
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(page.headers.get('cache-control')).toContain('no-store')
  expect(readLog(world, 'web')).not.toContain(token)
})

test('the operator logs in with the real mail and a real form, and out again', async () => {
  const browser = world.browser()
  const email = 'betreiber@werkstatt.test'
  const asked = await browser.submit('/api/auth/magic-link', { email, next: '/admin' })
  expect([asked.status, asked.headers.get('location')]).toEqual([303, '/anmelden/code?next=%2Fadmin'])
  const { text } = await world.mail(email)
  const token = /token=([\w-]+)/.exec(text)?.[1] ?? ''
  const head = await browser.send('HEAD', `/anmelden/link?token=${token}`)
  expect(head.status).toBe(200)
  const page = await browser.get(`/anmelden/link?token=${token}`)
  expect(page.text).toContain('b•••@werkstatt.test')
  const opened = await browser.submit('/api/auth/verify', { token })
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/admin'])
  expect(opened.headers.get('set-cookie')).toMatch(/session=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax/)
  expect((await browser.get('/admin')).status).toBe(200)
  const out = await browser.submit('/api/auth/logout', {})
  // No script of ours forgets what the device keeps then: the browser does.
  expect(out.headers.get('clear-site-data')).toBe('"cache", "storage"')
  expect([out.status, out.headers.get('location')]).toEqual([303, '/'])
  expect((await browser.get('/admin')).status).toBe(307)
  expect(readLog(world, 'web')).not.toContain(token)
})

test.each([
  ['GET', '/api/auth/verify'],
  ['PUT', '/api/auth/magic-link'],
  ['DELETE', '/api/auth/logout'],
  ['PUT', '/api/webhook/resend'],
])('%s %s is refused in the shape of every error', async (method, path) => {
  const answer = await world.browser().send(method, path)
  expect([answer.status, answer.json()]).toMatchObject([405, { error: { code: 'method_not_allowed' } }])
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
})

test("a client's own word about its address or request changes nothing", async () => {
  const forged = { 'x-client-ip': '9.9.9.9', 'x-request-id': 'forged-request-id' }
  const answer = await world.browser('10.9.9.9').post('/api/auth/verify', { token: 'x'.repeat(43) }, forged)
  expect(answer.json<{ error: { requestId: string } }>().error.requestId).not.toBe('forged-request-id')
  expect(readLog(world, 'web')).not.toContain('9.9.9.9')
})
