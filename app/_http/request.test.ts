import { expect, test } from 'vitest'
import { clearCookie, readCookie, setCookie } from '#app/_http/cookies.ts'
import { formToObject, readBody, readBytes, refuseForeignOrigin } from '#app/_http/request.ts'
import { errorResponse } from '#app/_http/respond.ts'
import { AppError, type ErrorCode, errorStatus, OutsideError } from '#errors'

const site = 'https://kurs.example'
const post = (headers: Record<string, string>, body?: BodyInit) =>
  new Request(`${site}/api/x`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)

test.each([
  [{ 'sec-fetch-site': 'same-origin' }, true, true],
  [{ 'sec-fetch-site': 'none' }, true, true],
  [{ 'sec-fetch-site': 'same-site' }, true, false],
  [{ 'sec-fetch-site': 'cross-site' }, false, false],
  [{ 'sec-fetch-site': 'cross-site', origin: site }, true, false],
  [{ origin: site }, true, true],
  [{ origin: 'https://evil.example' }, false, false],
  [{ origin: 'null' }, false, false],
  [{ origin: `${site}.evil.example` }, true, false],
  [{}, false, true],
  [{}, true, false],
])('an unsafe request with %j and session %s passes: %s', (headers, hasSession, passes) => {
  const check = () => refuseForeignOrigin(post(headers as Record<string, string>), site, hasSession)
  if (passes) expect(check).not.toThrow()
  else expect(check).toThrow(expect.objectContaining({ code: 'foreign_origin' }))
})

test('reading needs no origin', () => {
  expect(() => refuseForeignOrigin(new Request(site), site, true)).not.toThrow()
})

test('an endless body costs at most the limit', async () => {
  let sent = 0
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1024
      controller.enqueue(new Uint8Array(1024))
    },
  })
  await expect(readBytes(post({}, endless), 10_000)).rejects.toMatchObject({ code: 'too_large' })
  expect(sent).toBeLessThan(20_000)
})

test.each([
  ['application/json', '{', 'invalid_input'],
  ['text/plain', '{}', 'unsupported_media_type'],
  ['application/x-www-form-urlencoded', 'a=b', 'unsupported_media_type'],
  ['multipart/form-data; boundary=x', '--x--', 'unsupported_media_type'],
])('%s with %s is refused', async (type, body, code) => {
  const request = post({ 'content-type': type }, body)
  await expect(readBody(request, { forms: false, limit: 100 })).rejects.toMatchObject({ code })
})

test('broken UTF-8 and compressed bodies are refused', async () => {
  const options = { forms: true, limit: 100 }
  const broken = post({ 'content-type': 'application/json' }, new Uint8Array([0x22, 0xff, 0x22]))
  await expect(readBody(broken, options)).rejects.toMatchObject({ code: 'invalid_input' })
  const zipped = post({ 'content-type': 'application/json', 'content-encoding': 'gzip' }, '{}')
  await expect(readBody(zipped, options)).rejects.toMatchObject({ code: 'unsupported_media_type' })
})

test('forms nest by dots and never touch prototypes', () => {
  const form = new URLSearchParams('email=a%40b.de&consent.startNow=on&empty=&__proto__.x=1&a=1&a.b=2')
  expect(formToObject(form)).toEqual({ email: 'a@b.de', consent: { startNow: true }, a: '1' })
  expect(({} as Record<string, unknown>).x).toBeUndefined()
})

test('every code has a German sentence that ends, and unknown errors say nothing of themselves', async () => {
  for (const code of Object.keys(errorStatus) as ErrorCode[]) {
    const response = errorResponse(new AppError(code), 'request-1')
    const { error } = await response.json()
    expect(response.status).toBe(errorStatus[code])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(error).toMatchObject({ code, requestId: 'request-1' })
    expect(error.message).toMatch(/^[A-ZÄÖÜ].*[.]$/)
    expect(error.message).not.toContain('!')
  }
  const secret = await errorResponse(new Error('password=hunter2'), 'request-2').text()
  expect(secret).toContain('"internal"')
  expect(secret).not.toContain('hunter2')
})

test('foreign failures become their service, waits become Retry-After', async () => {
  const busy = errorResponse(new OutsideError('stripe', 'rate_limited', 'busy', { retryAfter: 7 }), 'r')
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7'])
  const later = errorResponse(new AppError('rate_limited', '', { retryAfter: 61.2 }), 'r')
  expect([later.status, later.headers.get('retry-after')]).toEqual([429, '62'])
})

test('cookies follow the scheme', () => {
  const live = setCookie('session', 'abc', site)
  expect(live).toMatch(/^__Host-session=abc; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/)
  expect(setCookie('session', 'abc', 'http://localhost:3000')).toMatch(/^session=abc; .*SameSite=Lax$/)
  expect(clearCookie('checkout', site)).toContain('Max-Age=0')
  expect(readCookie('a=b; __Host-session=x.y.z; c=d', 'session', site)).toBe('x.y.z')
  expect(readCookie('xsession=1; session=', 'session', 'http://localhost')).toBeNull()
})
