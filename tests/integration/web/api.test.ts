import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prepareWelcomeLink } from '#domain/access/prepareWelcomeLink.ts'
import { type Person, personIn, rowCounts, rowsAtRest } from '../../kit/people.ts'
import { knock, type RawAnswer } from '../../kit/raw.ts'
import { apiRoutes } from '../../kit/routes.ts'
import { until } from '../../kit/until.ts'
import { openWorld, readLog, type World } from '../../kit/world.ts'

/**
 * The front door over real sockets, against the production build: whatever is refused is refused in one shape, and
 * changes nothing.
 */

let world: World
let learner: Person
let other: Person
let unproven: Person
let admin: Person
const KB = 1024
const json = { 'content-type': 'application/json' }
const unsafe = ['POST', 'PUT', 'PATCH', 'DELETE']
const routes = apiRoutes()
const isWebhook = (path: string) => path.startsWith('/api/webhook/')

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'worker', 'web'] })
  learner = await personIn(world, 'lernende@example.de', { course: true })
  other = await personIn(world, 'andere@example.de', { course: true })
  unproven = await personIn(world, 'unbewiesen@example.de', { kind: 'unproven', admin: true })
  admin = await personIn(world, 'betreiberin@example.de', { admin: true })
  await until('the films are mirrored', async () => {
    const [row] = await world.database.query<{ films: number }>('select count(*)::int as films from video')
    return (row?.films ?? 0) > 70
  })
})
afterAll(() => world?.close())

const send = (method: string, path: string, options: Parameters<typeof knock>[3] = {}) =>
  knock(world.url, method, path, {
    ...options,
    headers: { 'x-forwarded-for': `10.7.${Math.floor(Math.random() * 255)}.9`, ...options.headers },
  })
const cookieOf = (person: Person) => ({
  cookie: `session=${person.browser.cookies.get('session')}`,
  origin: world.url,
})

/** One refusal: status, code, our shape, a German sentence, no stack. */
function refused(answer: Omit<RawAnswer, 'headers'>, status: number, code: string, what = ''): void {
  expect([what, answer.status, answer.error?.code, answer.text.slice(0, 90)]).toEqual([
    what,
    status,
    code,
    expect.any(String),
  ])
  expect(answer.error?.message).toMatch(/^[A-ZÄÖÜ].*[.]$/)
  expect(answer.error?.requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b|Error:/)
}
const asRaw = (answer: { status: number; text: string }) => ({
  ...answer,
  error: (JSON.parse(answer.text || '{}') as { error?: RawAnswer['error'] }).error ?? null,
})

async function changesNothing(work: () => Promise<unknown>): Promise<void> {
  const before = await rowsAtRest(world)
  await work()
  expect(await rowCounts(world)).toEqual(before)
}

describe('methods', () => {
  test('the table knows every route', () => {
    expect(routes.length).toBeGreaterThanOrEqual(19)
    for (const { path, methods } of routes) expect([path, methods.length > 0]).toEqual([path, true])
  })

  test.each(routes)('$path answers only $methods', async ({ path, methods }) => {
    await changesNothing(async () => {
      for (const method of ['GET', ...unsafe].filter((one) => !methods.includes(one))) {
        const answer = await send(method, path, { headers: cookieOf(learner) })
        refused(answer, 405, 'method_not_allowed', method)
      }
      if (!methods.includes('GET')) {
        const head = await send('HEAD', path, { headers: cookieOf(learner) })
        expect([head.status, head.text]).toEqual([405, ''])
      }
    })
  })

  test('an address that is no route is not found, in the same shape', async () => {
    for (const path of ['/api', '/api/', '/api/gibts/nicht', '/api/auth/verify/mehr', '/api/__proto__'])
      for (const method of ['GET', 'POST']) {
        const answer = await send(method, path)
        if (path === '/api/' && answer.status === 308) continue
        refused(answer, 404, 'not_found', `${method} ${path}`)
      }
  })

  test('broken escapes and dots in a path are refused, never a fault', async () => {
    for (const path of [
      '/api/lessons/%E0%A4%A/play',
      '/api/lessons/%00/play',
      '/api/lessons/%ff/play',
      '/api/%2e%2e/x',
    ])
      expect([path, (await send('POST', path)).status]).toEqual([path, expect.toBeOneOf([400, 404])])
    const long = await send('GET', `/api/health?x=${'y'.repeat(5_000)}`)
    refused(long, 414, 'invalid_input')
  })

  test('opening or previewing pages by POST does nothing', async () => {
    await changesNothing(async () => {
      for (const path of ['/', '/bestellen', '/anmelden/link', '/werkstatt', '/konto']) {
        const answer = await send('POST', path, { headers: { ...json, ...cookieOf(learner) }, body: '{}' })
        expect([path, answer.status < 500]).toEqual([path, true])
      }
    })
  })
})

describe('origins', () => {
  const ofUs = () => ({ origin: world.url })
  const table = routes.flatMap(({ path, methods }) =>
    methods.filter((method) => unsafe.includes(method) && !isWebhook(path)).map((method) => ({ method, path })),
  )

  test.each(table)('$method $path refuses strangers', async ({ method, path }) => {
    const cookie = cookieOf(learner).cookie
    const strangers: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', ...ofUs() },
      { 'sec-fetch-site': 'cross-site', ...ofUs() },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: world.url.replace('127.0.0.1', 'localhost') },
      { origin: `${world.url}.evil.example` },
      { origin: world.url.replace('http:', 'https:') },
      {},
    ]
    await changesNothing(async () => {
      for (const headers of strangers) {
        const answer = await send(method, path, { headers: { ...json, cookie, ...headers }, body: '{}' })
        refused(answer, 403, 'foreign_origin', JSON.stringify(headers))
        const form = { 'content-type': 'application/x-www-form-urlencoded', cookie, ...headers }
        refused(await send(method, path, { headers: form, body: 'a=b' }), 403, 'foreign_origin', 'as a form')
      }
    })
    const program = await send(method, path, { headers: json, body: '{"email":5,"token":5,"consent":5}' })
    expect(program.error?.code).not.toBe('foreign_origin')
  })
})

/** Every route that reads a body: what it is asked with, and whether it takes forms. */
const bodied: { method: string; path: string; as: () => Person; fields: Record<string, unknown>; beacon?: true }[] = [
  {
    method: 'POST',
    path: '/api/stripe/create-checkout',
    as: () => learner,
    fields: { productType: 'kurs', successUrl: '/', cancelUrl: '/', email: 'a@b.de', attemptId: '', consent: {} },
  },
  {
    method: 'POST',
    path: '/api/auth/magic-link',
    as: () => learner,
    fields: { email: 'a@b.de', linkToken: '', next: '/' },
  },
  {
    method: 'POST',
    path: '/api/withdrawal/draft',
    as: () => learner,
    fields: { name: 'Mara', contract: 'W-2026-0001', email: 'mara' },
  },
  {
    method: 'POST',
    path: '/api/withdrawal',
    as: () => learner,
    fields: { id: '00000000-0000-4000-8000-00000000000b', name: 'Mara', contract: 'W-2026-0001', email: 'mara' },
  },
  { method: 'POST', path: '/api/auth/verify', as: () => learner, fields: { token: 'x', code: '1', next: '/' } },
  { method: 'POST', path: '/api/auth/checkout', as: () => learner, fields: { sessionId: 'cs_1' } },
  { method: 'POST', path: '/api/auth/logout', as: () => learner, fields: { everywhere: true } },
  { method: 'POST', path: '/api/bunny/videos', as: () => admin, fields: { title: 'Film' } },
  {
    method: 'PATCH',
    path: '/api/bunny/videos/00000000-0000-4000-8000-000000000000',
    as: () => admin,
    fields: { title: 'Film' },
  },
  {
    method: 'POST',
    path: '/api/progress',
    as: () => learner,
    fields: { lessonId: 'x', ranges: [], position: 1, at: '', sentAt: '', clientId: 'c', done: true },
    beacon: true,
  },
  {
    method: 'POST',
    path: '/api/notes',
    as: () => learner,
    fields: {
      ...{ id: 'f81d4fae-7dec-4d0a-a765-00a0c91e6bf6', lessonId: 'was-dich-heute-kostet', kind: 'note', second: 1 },
      ...{ body: 'Text', deleted: false, base: 0, writer: 'page-one', seq: 1, over: [] },
    },
    beacon: true,
  },
  {
    method: 'POST',
    path: '/api/checklist',
    as: () => learner,
    fields: { lessonId: 'was-dich-heute-kostet', item: 'x', ticked: true, at: 1, sentAt: 1 },
    beacon: true,
  },
]

describe.each(bodied)('$method $path', ({ method, path, as, fields, beacon }) => {
  const ask = (body: string | Buffer, headers: Record<string, string> = json, chunked = false) =>
    send(method, path, { headers: { ...cookieOf(as()), ...headers }, body, chunked })

  test('refuses what is not a JSON object', async () => {
    await changesNothing(async () => {
      for (const body of ['{', '{"a":}', 'null', '5', '"text"', 'true', '[5]', '{}{}', '\ufeff{', '{"a":NaN}'])
        refused(await ask(body), 400, 'invalid_input', body)
      refused(await ask(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 400, 'invalid_input', 'not UTF-8')
      refused(await ask('['.repeat(30_000)), 400, 'invalid_input', 'open brackets')
      refused(await ask('['.repeat(30_000) + ']'.repeat(30_000)), 400, 'invalid_input', 'depth')
    })
  })

  test('refuses other types, compressed and large bodies', async () => {
    await changesNothing(async () => {
      const types = ['application/xml', 'multipart/form-data; boundary=x', 'application/json5', 'text/html']
      for (const type of beacon ? types : [...types, 'text/plain'])
        refused(await ask('{}', { 'content-type': type }), 415, 'unsupported_media_type', type)
      refused(await ask(gzipSync('{}'), { ...json, 'content-encoding': 'gzip' }), 415, 'unsupported_media_type', 'gzip')
      for (const chunked of [false, true]) {
        const began = performance.now()
        refused(await ask(Buffer.alloc(5 * KB * KB, 32), json, chunked), 413, 'too_large')
        expect(performance.now() - began).toBeLessThan(20_000)
        refused(await ask(Buffer.alloc(64 * KB + 1, 32), json, chunked), 413, 'too_large')
      }
    })
  })

  test('refuses a wrong type, NUL, a lone surrogate and an endless text in every field', async () => {
    await changesNothing(async () => {
      for (const field of Object.keys(fields))
        for (const value of [[[1]], { deep: { er: 1 } }, 'a\u0000b@c.de', 'a\ud800b@c.de', 'x'.repeat(60_000)]) {
          const body = JSON.stringify({ ...fields, [field]: value })
          const answer = await ask(body)
          const what = `${field} = ${JSON.stringify(value).slice(0, 30)}`
          refused(answer, 400, answer.error?.code ?? '', what)
          expect([what, answer.error?.code]).toEqual([
            what,
            expect.toBeOneOf(['invalid_input', 'link_unusable', 'code_wrong']),
          ])
        }
    })
  })

  test('keys that reach for prototypes change nothing', async () => {
    const body = `{"__proto__":{"role":"admin","email":"a@b.de"},"constructor":{"prototype":{"role":"admin"}},"title":5}`
    const before = await rowsAtRest(world)
    const answer = await ask(body, { ...json, 'x-probe': '1' }).catch(() => null)
    expect(answer?.status).toBeLessThan(500)
    if (path !== '/api/stripe/create-checkout') expect(await rowCounts(world)).toEqual(before)
    expect((await send('GET', '/api/bunny/videos', { headers: cookieOf(other) })).status).toBe(403)
    // Logout with an unknown body is still a logout.
    if (path === '/api/auth/logout') learner = await personIn(world, learner.email, { course: true })
  })
})

describe('webhooks', () => {
  test.each(['stripe', 'resend', 'bunny'])('%s refuses the unsigned, the forged and the large', async (name) => {
    const path = `/api/webhook/${name}`
    await changesNothing(async () => {
      const forged = {
        'stripe-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'a'.repeat(64)}`,
        'svix-id': 'msg_1',
        'svix-timestamp': String(Math.floor(Date.now() / 1000)),
        'svix-signature': `v1,${'a'.repeat(43)}=`,
        'x-bunnystream-signature': 'a'.repeat(64),
        'x-bunnystream-signature-version': 'v1',
        'x-bunnystream-signature-algorithm': 'hmac-sha256',
      }
      const body = '{"id":"evt_1","type":"x","data":{}}'
      for (const headers of [json, { ...json, ...forged }, { ...json, 'stripe-signature': 'x'.repeat(9_000) }])
        refused(await send('POST', path, { headers, body }), 400, 'signature_invalid')
      refused(await send('POST', path, { headers: json }), 400, 'signature_invalid', 'empty')
      for (const chunked of [false, true]) {
        const large = await send('POST', path, { headers: json, body: Buffer.alloc(5 * KB * KB, 32), chunked })
        refused(large, 413, 'too_large')
      }
    })
  })
})

describe('ids and rights', () => {
  test("another person's session, invented and odd ids are not found, and nothing ends", async () => {
    const odd = [other.sessionId, '-'.repeat(36), 'x', '1 or 1=1', '%27', 'x'.repeat(2_000)]
    await changesNothing(async () => {
      for (const id of odd) {
        const answer = await send('DELETE', `/api/auth/sessions/${encodeURI(id)}`, { headers: cookieOf(learner) })
        refused(answer, 404, 'not_found', id.slice(0, 40))
      }
      const nul = await send('DELETE', '/api/auth/sessions/%00', { headers: cookieOf(learner) })
      refused(nul, 400, 'invalid_input')
    })
    expect((await other.browser.get('/api/auth/sessions')).status).toBe(200)
  })

  test('a lesson that does not exist is not found, one without a right is forbidden', async () => {
    for (const id of ['unbekannt', '__proto__', 'constructor', '%27%3B--', '..%2f..%2f'])
      for (const [method, what] of [
        ['POST', 'play'],
        ['GET', 'captions'],
      ] as const)
        refused(await send(method, `/api/lessons/${id}/${what}`, { headers: cookieOf(learner) }), 404, 'not_found', id)
    const paid = world.ctx.content.course().lessons.find((lesson) => !lesson.free)?.id
    refused(await send('POST', `/api/lessons/${paid}/play`), 401, 'unauthenticated')
    const without = await personIn(world, 'ohne-kurs@example.de')
    refused(await send('POST', `/api/lessons/${paid}/play`, { headers: cookieOf(without) }), 403, 'no_grant')
  })

  test.each([
    ['GET', '/api/bunny/videos', ''],
    ['POST', '/api/bunny/videos', '{"title":"Film"}'],
    ['GET', '/api/bunny/videos/00000000-0000-4000-8000-000000000000', ''],
    ['PATCH', '/api/bunny/videos/00000000-0000-4000-8000-000000000000', '{"title":"Film"}'],
    ['DELETE', '/api/bunny/videos/00000000-0000-4000-8000-000000000000', ''],
  ])('%s %s is for a proven operator', async (method, path, text) => {
    const body = text || undefined
    const ask = (headers: Record<string, string>) => send(method, path, { headers: { ...json, ...headers }, body })
    const films = () => world.database.query('select count(*) from video where gone_at is null')
    const before = await films()
    refused(await ask({}), 401, 'unauthenticated')
    refused(await ask(cookieOf(learner)), 403, 'forbidden')
    refused(await ask(cookieOf(unproven)), 403, 'unproven_session')
    expect(await films()).toEqual(before)
    const allowed = await ask(cookieOf(admin))
    expect([401, 403, 500]).not.toContain(allowed.status)
  })

  test('the operator gets refusals, not faults, for odd films, searches and pages', async () => {
    for (const guid of ['x', '%00', '%2e%2e', '..%2f', '%252e%252e', "'", 'ü'])
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const options = {
          headers: { ...json, ...cookieOf(admin) },
          body: method === 'PATCH' ? '{"title":"x"}' : undefined,
        }
        const answer = await send(method, `/api/bunny/videos/${encodeURI(guid).replaceAll('%25', '%')}`, options)
        expect([method, guid, answer.status]).toEqual([method, guid, expect.toBeOneOf([400, 404, 405, 308])])
      }
    for (const query of [
      'search=%00',
      'search=%ed%a0%80',
      'page=0',
      'page=x',
      'perPage=-1',
      'perPage=1e9',
      'page=99999999',
    ])
      expect([query, (await send('GET', `/api/bunny/videos?${query}`, { headers: cookieOf(admin) })).status]).toEqual([
        query,
        expect.toBeOneOf([200, 400]),
      ])
    const deleted = await send('DELETE', '/api/bunny/videos/%2e%2e', { headers: cookieOf(admin) })
    expect(deleted.status).not.toBe(200)
  })

  test('without a session everything personal is closed', async () => {
    for (const [method, path] of [
      ['GET', '/api/progress'],
      ['GET', '/api/notes'],
      ['GET', '/api/notes?lektion=was-dich-heute-kostet'],
      ['POST', '/api/auth/refresh'],
      ['GET', '/api/auth/sessions'],
      ['DELETE', `/api/auth/sessions/${learner.sessionId}`],
    ] as const)
      refused(await send(method, path), 401, 'unauthenticated', path)
  })
})

describe('redirects and tokens', () => {
  const strangers = () => [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/',
    'https:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    `${world.url}@evil.example/`,
    `${world.url}.evil.example/`,
    '/\t/evil.example',
    '/%09/evil.example\n',
    ' //evil.example',
    'x'.repeat(3_000),
  ]

  test('a checkout leads back to us only', async () => {
    // One network: more refusals than it has orders in ten minutes, and none of them spent one.
    const buyer = world.browser('10.8.0.7')
    await changesNothing(async () => {
      for (const url of strangers())
        for (const field of ['successUrl', 'cancelUrl']) {
          const answer = asRaw(await buyer.post('/api/stripe/create-checkout', { [field]: url }))
          refused(answer, 400, 'invalid_input', `${field} ${url.slice(0, 40)}`)
          expect(Object.keys(answer.error?.fields ?? {})).toEqual([field])
        }
    })
    expect((await buyer.post('/api/stripe/create-checkout', { email: 'ehrlich@example.de' })).status).toBe(200)
  })

  test('a login leads to us only', async () => {
    for (const next of strangers()) {
      const token = await welcomeToken()
      const opened = await world.browser().submit('/api/auth/verify', { token, next: next.slice(0, 500) })
      const to = new URL(opened.headers.get('location') ?? '', world.url)
      expect([next.slice(0, 40), opened.status, to.origin]).toEqual([next.slice(0, 40), 303, world.url])
      expect(opened.headers.get('location')).toMatch(/^\/(?![/\\])/)
    }
    const page = await world.browser().get('/anmelden?next=https%3A%2F%2Fevil.example')
    expect(page.text).not.toMatch(/(href|action|value)="https:\/\/evil\.example/)
  })

  let letters = 0
  async function welcomeToken(): Promise<string> {
    const letterId = world.ctx.ids.uuid()
    const { personId } = await personIn(world, `link${++letters}@example.de`)
    await prepareWelcomeLink(world.ctx, { letterId, personId })
    return world.ctx.tokens.linkToken(letterId, world.ctx.tokens.linkKeyId)
  }

  test('an expired, a used, a changed and a foreign token open nothing', async () => {
    const used = await welcomeToken()
    expect((await world.browser().post('/api/auth/verify', { token: used })).status).toBe(200)
    const late = await welcomeToken()
    const hash = world.ctx.tokens.sha256(late)
    await world.database.query(
      `update login_token set expires_at = now() - interval '1 second' where token_hash = $1`,
      [hash],
    )
    const good = await welcomeToken()
    const turned = `${good.slice(0, -2)}${good.endsWith('AA') ? 'BA' : 'AA'}`
    const session = learner.browser.cookies.get('session') ?? ''
    await changesNothing(async () => {
      for (const token of [
        used,
        late,
        turned,
        good.toLowerCase(),
        ` ${good}`,
        `${good}=`,
        session.slice(0, 43),
        hash,
      ]) {
        const answer = await world.browser().post('/api/auth/verify', { token })
        refused(asRaw(answer), 400, 'link_unusable', token)
        expect(answer.headers.get('set-cookie')).toBeNull()
      }
    })
    expect((await world.browser().post('/api/auth/verify', { token: good })).status).toBe(200)
  })

  test('a signed value of another purpose is no session, and no checkout', async () => {
    const session = learner.browser.cookies.get('session') ?? ''
    const checkout = await world.ctx.tokens.signCheckout({
      sessionId: 'cs_test_x',
      orderId: learner.personId,
      nonce: 'n',
    })
    const [head = '', payload = '', mark = ''] = session.split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    const richer = Buffer.from(
      Buffer.from(payload, 'base64url').toString().replace(learner.personId, admin.personId),
    ).toString('base64url')
    for (const value of [
      checkout,
      `${none}.${payload}.`,
      `${head}.${richer}.${mark}`,
      `${head}.${payload}.`,
      'x',
      '..',
      'ü%00',
    ]) {
      const answer = await send('GET', '/api/auth/sessions', { headers: { cookie: `session=${encodeURI(value)}` } })
      refused(answer, 401, 'unauthenticated', value.slice(0, 30))
    }
    const cookie = `checkout=${session}`
    refused(await send('GET', '/api/orders/cs_test_x/status', { headers: { cookie } }), 404, 'not_found')
    const forged = await send('POST', '/api/auth/checkout', {
      headers: { ...json, cookie, origin: world.url },
      body: '{}',
    })
    refused(forged, 403, 'forbidden')
  })

  test('addresses that are none are refused, and every spelling is one account', async () => {
    const bad = [
      '"a@b"@c.de',
      'a@b.de,c@d.de',
      'a@b.de\r\nBcc: c@d.de',
      'a@b',
      'a b@c.de',
      '@c.de',
      'a@',
      `${'x'.repeat(65)}@c.de`,
      'a@b.de;c@d.de',
      'a@@b.de',
      '<a@b.de>',
      'a@-b.de',
      '',
    ]
    await changesNothing(async () => {
      for (const email of bad) {
        refused(asRaw(await world.browser().post('/api/auth/magic-link', { email })), 400, 'invalid_input', email)
        if (email === '') continue
        const order = await world.browser().post('/api/stripe/create-checkout', { email })
        refused(asRaw(order), 400, 'invalid_input', email)
      }
    })
    const typed = ' LERNENDE＠Example.DE '
    expect((await world.browser().post('/api/auth/magic-link', { email: typed })).status).toBe(200)
    const { text } = await world.mail('LERNENDE@Example.DE')
    const token = /token=([\w-]+)/.exec(text)?.[1] ?? ''
    const browser = world.browser()
    expect((await browser.post('/api/auth/verify', { token })).status).toBe(200)
    const claims = await world.ctx.tokens.readSession(browser.cookies.get('session') ?? '')
    expect(claims?.sub).toBe(learner.personId)
  })
})

test('nothing of all this was a fault of ours', () => {
  const faults = readLog(world, 'web')
    .split('\n')
    .filter((line) => line.startsWith('{') && /"msg":"(request|form) failed/.test(line))
  expect(faults).toEqual([])
})
