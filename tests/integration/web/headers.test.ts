import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, personIn } from '../../kit/people.ts'
import { knock } from '../../kit/raw.ts'
import { apiRoutes } from '../../kit/routes.ts'
import { until } from '../../kit/until.ts'
import { openWorld, readLog, type World } from '../../kit/world.ts'

/** What every answer says about itself, page by page, and whom it believes about the client. */

let world: World
let admin: Person
const pages = [
  '/',
  '/kurs',
  '/bestellen',
  '/anmelden',
  '/anmelden/code',
  '/anmelden/link?token=x',
  '/kauf/danke?session_id=cs_test_x',
  '/impressum',
  '/datenschutz',
  '/agb',
  '/widerruf',
  '/barrierefreiheit',
  '/gibt-es-nicht',
]
const memberPages = ['/werkstatt', '/konto']
const adminPages = [
  '/admin',
  '/admin/bestellungen',
  '/admin/ereignisse',
  '/admin/mails',
  '/admin/auftraege',
  '/admin/videos',
]

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators', 'web'], env: { TRUSTED_PROXY_HOPS: '0' } })
  admin = await personIn(world, 'betreiberin@example.de', { admin: true, course: true })
})
afterAll(() => world?.close())

const get = (path: string, headers: Record<string, string> = {}) => knock(world.url, 'GET', path, { headers })
const asAdmin = () => ({ cookie: `session=${admin.browser.cookies.get('session')}` })
const policyOf = (csp: string) =>
  new Map(
    csp.split('; ').map((part) => {
      const [name = '', ...values] = part.split(' ')
      return [name, values]
    }),
  )

/** Every script is allowed by name: by the nonce of this one answer, or, on a page that is kept, by its own hash. */
function judgeScripts(path: string, sources: string[], html: string): string | null {
  const [self, first = '', ...more] = sources
  expect([path, self]).toEqual([path, "'self'"])
  const nonce = /^'nonce-([0-9a-f]{32})'$/.exec(first)?.[1] ?? null
  if (nonce) {
    expect([path, more]).toEqual([path, []])
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g))
      expect([path, tag]).toEqual([path, expect.stringContaining(`nonce="${nonce}"`)])
    return nonce
  }
  const hashes = [...html.matchAll(/<script\b(?![^>]* src=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  )
  expect([path, new Set([first, ...more])]).toEqual([path, new Set(hashes)])
  return null
}

async function soundPage(path: string, headers: Record<string, string> = {}) {
  const answer = await get(path, headers)
  const policies = [answer.headers['content-security-policy']].flat()
  expect([path, policies.length]).toEqual([path, 1])
  const policy = policyOf(String(policies[0]))
  const scripts = policy.get('script-src') ?? []
  expect(policy.get('default-src')).toEqual(["'self'"])
  for (const closed of ['frame-ancestors', 'object-src', 'base-uri']) expect(policy.get(closed)).toEqual(["'none'"])
  expect(policy.get('media-src')).toContain(world.urls.bunny)
  const nonce = judgeScripts(path, scripts, answer.text)
  expect([path, /\son(click|load|error|submit)=/i.test(answer.text)]).toEqual([path, false])
  expect([path, answer.headers['x-content-type-options'], answer.headers['x-frame-options']]).toEqual([
    path,
    'nosniff',
    'DENY',
  ])
  expect([path, answer.headers['x-powered-by'], answer.headers.server]).toEqual([path, undefined, undefined])
  expect([path, answer.headers['strict-transport-security']]).toEqual([path, undefined])
  expect([path, answer.headers['set-cookie']]).toEqual([path, undefined])
  return { answer, nonce }
}

test.each(pages)('%s comes with a policy of its own', async (path) => {
  const [one, two] = [await soundPage(path), await soundPage(path)]
  if (one.nonce) expect(one.nonce).not.toBe(two.nonce)
  const secret = /token=|session_id=/.test(path)
  expect(one.answer.headers['referrer-policy']).toBe(secret ? 'no-referrer' : 'strict-origin-when-cross-origin')
})

test.each([...memberPages, ...adminPages])('%s is sound too, and nobody may keep it', async (path) => {
  const { answer } = await soundPage(path, asAdmin())
  expect([path, answer.status]).toEqual([path, 200])
  expect(answer.headers['cache-control']).toMatch(/no-store/)
  const without = await get(path)
  expect([without.status, without.headers['cache-control']]).toEqual([307, expect.stringMatching(/no-store/)])
})

/** What somebody without scripts has of a page. */
const withoutScripts = (html: string) => html.replaceAll(/<script\b[\s\S]*?<\/script>/g, '')

test.each([
  '/gibt-es-nicht',
  '/lektionen/gibt-es-nicht',
  '/bestaetigung/ABCD',
  '/admin/mails/gibt-es-nicht',
  '/admin/personen/gibt-es-nicht',
  '/admin/bestellungen/gibt-es-nicht',
  '/admin/ereignisse/gibt-es-nicht',
  '/admin/pruefstand/gibt-es-nicht',
  '/admin/freigaben?person=00000000-0000-4000-8000-000000000000',
])('%s is 404, and says so without scripts too', async (path) => {
  const answer = await get(path, asAdmin())
  expect(answer.status).toBe(404)
  expect(withoutScripts(answer.text)).toMatch(/<main[^>]*>.*Der Haken ist leer\..*<\/main>/s)
})

test.each([...memberPages, '/lektionen', '/teilnahme', '/woche', '/plan', '/heft', '/suche', '/admin'])(
  'nothing of %s waits for a script to be put in its place',
  async (asked) => {
    const path = asked === '/lektionen' ? `/lektionen/${world.ctx.content.course().lessons[1]?.slug}` : asked
    const answer = await get(path, asAdmin())
    expect(answer.status).toBe(200)
    expect(withoutScripts(answer.text)).toMatch(/<main[^>]*>.*<h1.*<\/main>/s)
    expect(answer.text).not.toMatch(/<div hidden(="")? id="S:/)
  },
)

test('a page that shows who looks is never kept by anyone', async () => {
  const lesson = `/lektionen/${world.ctx.content.course().lessons[0]?.slug}`
  for (const path of [...pages, lesson]) {
    const { headers } = await get(path, asAdmin())
    expect([path, headers['cache-control']]).toEqual([path, expect.stringMatching(/no-store|private/)])
  }
})

test.each(apiRoutes())('$path is never kept and never sniffed', async ({ path, methods }) => {
  for (const method of methods) {
    const answer = await knock(world.url, method, path, { headers: { 'content-type': 'application/json' }, body: '' })
    expect([method, path, answer.headers['cache-control']]).toEqual([method, path, 'no-store'])
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(answer.headers['x-powered-by']).toBeUndefined()
  }
})

test('no other site is told it may read us', async () => {
  for (const path of ['/api/progress', '/api/auth/verify', '/']) {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    const answer = await knock(world.url, 'OPTIONS', path, { headers })
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
})

describe('whom we believe', () => {
  const claims = {
    'x-forwarded-for': '203.0.113.7',
    'x-client-ip': '203.0.113.8',
    'x-real-ip': '203.0.113.9',
    forwarded: 'for=203.0.113.10',
    'x-request-id': '11111111-1111-4111-8111-111111111111',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
  }

  test('without a trusted proxy the limit counts the socket, whatever the client claims', async () => {
    const statuses: number[] = []
    for (let turn = 0; turn < 32; turn++) {
      const headers = {
        ...claims,
        'content-type': 'application/json',
        'x-forwarded-for': `203.0.113.${turn}`,
        'x-client-ip': `203.0.113.${turn}`,
      }
      const body = JSON.stringify({ email: `fremd${turn}@example.de` })
      statuses.push((await knock(world.url, 'POST', '/api/auth/magic-link', { headers, body })).status)
    }
    expect(statuses).toEqual([...Array<number>(30).fill(200), 429, 429])
  })

  test('a claimed id, host or scheme changes no answer, no link and no log', async () => {
    const answer = await get('/api/gibt-es-nicht', claims)
    expect(answer.headers['x-request-id']).not.toBe(claims['x-request-id'])
    expect(answer.text).not.toContain(claims['x-request-id'])
    for (const path of ['/', '/anmelden', '/sitemap.xml', '/robots.txt']) {
      const page = await get(path, { ...claims, host: 'evil.example' })
      expect([path, page.text.includes('evil.example')]).toEqual([path, false])
    }
    const away = await get('/werkstatt', { ...claims, host: 'evil.example' })
    expect([away.status, away.headers.location]).toEqual([307, expect.stringMatching(`^(${world.url})?/anmelden`)])
    await until('the lines are written', () => readLog(world, 'web').includes('"path":"/werkstatt"'))
    expect(readLog(world, 'web')).not.toMatch(/203\.0\.113|evil\.example|11111111-1111/)
  })

  test("the policy's nonce is ours: a client's own is dropped", async () => {
    const answer = await get('/', {
      'x-nonce': 'mine',
      'content-security-policy': "script-src 'nonce-mine' 'unsafe-inline'",
    })
    expect(answer.text).not.toContain('nonce="mine"')
    expect(String(answer.headers['content-security-policy'])).not.toContain('mine')
  })

  test("Next's own doors stay shut: no middleware bypass, no action, no foreign image", async () => {
    const bypass = { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy', 'x-middleware-rewrite': '/admin' }
    const answer = await get('/admin', bypass)
    expect([answer.status, answer.text.includes('Verwaltung"')]).toEqual([307, false])
    const action = await knock(world.url, 'POST', '/', {
      headers: { 'next-action': 'a'.repeat(42), 'content-type': 'text/plain' },
      body: '[]',
    })
    expect(action.status).toBeGreaterThanOrEqual(400)
    expect(action.status).toBeLessThan(500)
    const image = await get('/_next/image?url=https%3A%2F%2Fevil.example%2Fa.png&w=640&q=75')
    expect([400, 404]).toContain(image.status)
  })
})

test('a forwarded address counts only from a proxy of ours', async () => {
  const site = await openWorld({ parts: ['web'], env: { TRUSTED_PROXY_HOPS: '1', TRUSTED_PROXIES: '192.0.2.0/24' } })
  try {
    const headers = { 'x-forwarded-for': '203.0.113.99', 'x-real-ip': '203.0.113.99' }
    const { headers: said } = await knock(site.url, 'GET', '/api/health', { headers })
    const line = await until('the log line', () =>
      readLog(site, 'web')
        .split('\n')
        .find((text) => text.includes(String(said['x-request-id']))),
    )
    expect(JSON.parse(line)).toMatchObject({ ip: '127.0.0.0/24' })
  } finally {
    await site.close()
  }
})

test('on https the browser is told to stay there, and cookies are bound to the host', async () => {
  const site = await openWorld({
    parts: ['emulators'],
    env: { NEXT_PUBLIC_SITE_URL: 'https://127.0.0.1:1', TRUSTED_PROXY_HOPS: '1' },
  })
  try {
    const port = site.env.PORT ?? ''
    const origin = `http://127.0.0.1:${port}`
    void site.start('web').catch(() => {})
    await until('web answers', async () => (await knock(origin, 'GET', '/api/ready')).status === 200)
    const headers = {
      'content-type': 'application/json',
      origin: 'https://127.0.0.1:1',
      'x-forwarded-for': '192.0.2.1',
    }
    for (const path of ['/', '/api/health', '/api/gibt-es-nicht'])
      expect((await knock(origin, 'GET', path)).headers['strict-transport-security']).toMatch(/^max-age=\d{8}/)
    const page = await knock(origin, 'GET', '/')
    expect(String(page.headers['content-security-policy'])).toContain('upgrade-insecure-requests')
    const answer = await knock(origin, 'POST', '/api/stripe/create-checkout', { headers, body: '{}' })
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^__Host-checkout=[\w.-]+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/,
    )
    const away = await knock(origin, 'GET', '/konto', { headers: { cookie: 'session=x.y.z', host: 'evil.example' } })
    expect([away.status, away.headers.location]).toEqual([
      307,
      expect.stringMatching('^(https://127.0.0.1:1)?/anmelden'),
    ])
  } finally {
    await site.close()
  }
})
