import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { type Person, personIn, rowCounts, rowsAtRest } from '../../kit/people.ts'
import { newAddress, test } from '../../kit/shop.ts'
import type { Mail, World } from '../../kit/world.ts'

/** An account moves to another address: by the front door, with real letters. */

let world: World
test.beforeAll(async ({ shop }) => {
  world = shop
})

const learner = (email = newAddress('alt')) => personIn(world, email, { course: true })
const ask = (person: Person, email: string, key?: string) =>
  person.browser.post('/api/account/email', { email, ...(key && { key }) })
const tokenOf = (mail: Mail) => {
  const link = mail.links.find((one) => one.includes('/adresse?token='))
  return new URL(link ?? 'http://none/').searchParams.get('token') ?? ''
}
const confirm = (token: string) => world.browser().post('/api/account/email/confirm', { token })
const addressOf = async (personId: string) =>
  (await world.database.query<{ email_normal: string }>(`select email_normal from person where id = '${personId}'`))[0]
    ?.email_normal

test('both mailboxes agree, and everything moves along', async () => {
  const person = await learner()
  const to = newAddress('neu')
  const lesson = world.ctx.content.course().lessons.find((one) => !one.free)!
  const at = new Date().toISOString()
  const report = { lessonId: lesson.id, ranges: [[0, 42]], position: 42, at, sentAt: at, clientId: 'test' }
  expect((await person.browser.post('/api/progress', report)).status).toBe(200)

  const asked = await ask(person, `  ${to.toUpperCase()} `)
  expect(asked.json()).toEqual({ ok: true, emailMasked: expect.stringMatching(/^N•••@EXAMPLE\.DE$/) })
  const [oldMail, newMail] = await Promise.all([world.mail(person.email), world.mail(to)])
  expect(oldMail.text).not.toContain(to)

  // Looking changes nothing, not even by a scanner that follows every link.
  for (const mail of [oldMail, newMail])
    for (const link of mail.links.filter((one) => one.includes('/adresse'))) {
      const page = await world.browser().get(new URL(link).pathname + new URL(link).search)
      expect(page.text).toContain('Soll das Konto umziehen?')
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    }
  expect((await confirm(tokenOf(newMail))).json()).toMatchObject({ state: 'waiting', side: 'new' })
  expect((await confirm(tokenOf(newMail))).json()).toMatchObject({ state: 'waiting' })
  expect(await addressOf(person.personId)).toBe(person.email)
  expect((await confirm(tokenOf(oldMail))).json()).toMatchObject({ state: 'moved' })
  expect((await confirm(tokenOf(oldMail))).json()).toMatchObject({ state: 'moved' })
  expect(await addressOf(person.personId)).toBe(to)

  // This device stays logged in, with its progress; the old mailbox is told.
  const progress = await person.browser.get('/api/progress')
  expect(progress.json<{ lessons: unknown[] }>().lessons).toHaveLength(1)
  expect((await world.mail(person.email, 2)).subject).toContain('neue Adresse')
  const login = world.browser()
  await login.post('/api/auth/magic-link', { email: to })
  expect((await world.mail(to, 2)).subject).toContain('Link in die Werkstatt')
})

test('an address with an account is not given away, and the answer does not tell', async () => {
  const [person, other] = await Promise.all([learner(), learner(newAddress('besetzt'))])
  const free = newAddress('frei')
  const [toTaken, toFree] = [await ask(person, other.email), await ask(person, free)]
  expect(Object.keys(toTaken.json())).toEqual(Object.keys(toFree.json()))
  expect([toTaken.status, toFree.status]).toEqual([200, 200])
  const told = await world.mail(other.email)
  expect(told.subject).toContain('schon ein Konto')
  expect(told.links.some((link) => link.includes('token='))).toBe(false)
})

test('somebody takes the address while the wish is open: nothing moves, and the wish is over', async () => {
  const person = await learner()
  const to = newAddress('umkaempft')
  await ask(person, to)
  const [oldMail, newMail] = await Promise.all([world.mail(person.email), world.mail(to)])
  await confirm(tokenOf(oldMail))
  await learner(to)
  const refused = await confirm(tokenOf(newMail))
  expect([refused.status, refused.json<{ error: { code: string } }>().error.code]).toEqual([409, 'address_taken'])
  expect(await addressOf(person.personId)).toBe(person.email)
  expect((await confirm(tokenOf(newMail))).status).toBe(400)
})

test('a newer wish and a cancel end the links of the older one', async () => {
  const person = await learner()
  const [first, second] = [newAddress('erste'), newAddress('zweite')]
  await ask(person, first)
  const firstMail = await world.mail(first)
  await ask(person, second)
  const secondMail = await world.mail(second)
  expect((await confirm(tokenOf(firstMail))).status).toBe(400)
  expect((await world.browser().get(`/adresse?token=${tokenOf(firstMail)}`)).text).toContain('gilt nicht mehr')
  expect((await person.browser.post('/api/account/email/cancel')).status).toBe(200)
  expect((await confirm(tokenOf(secondMail))).status).toBe(400)
  expect(await addressOf(person.personId)).toBe(person.email)
})

test('twenty presses of both buttons at once move once', async () => {
  const person = await learner()
  const to = newAddress('gleichzeitig')
  await ask(person, to)
  const mails = await Promise.all([world.mail(person.email), world.mail(to)])
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => confirm(tokenOf(mails[index % 2]!))))
  expect(answers.map((one) => one.status)).toEqual(answers.map(() => 200))
  expect(await addressOf(person.personId)).toBe(to)
  const rows = await world.database.query(`select id from audit_entry where person_id = '${person.personId}'`)
  expect(rows).toHaveLength(1)
})

test('a double click is one wish, and an old link in a mailbox dies with the move', async () => {
  const person = await learner()
  const to = newAddress('doppelt')
  const login = world.browser()
  await login.post('/api/auth/magic-link', { email: person.email })
  const loginLink = (await world.mail(person.email)).links.find((one) => one.includes('/anmelden/link'))!
  const key = randomUUID()
  await Promise.all([ask(person, to, key), ask(person, to, key), ask(person, to, key)])
  const newMail = await world.mail(to)
  expect(await world.mails(to)).toHaveLength(1)
  await confirm(tokenOf(newMail))
  await confirm(tokenOf(await world.mail(person.email, 2)))
  const spent = await world.browser().post('/api/auth/verify', { token: new URL(loginLink).searchParams.get('token') })
  expect(spent.json<{ error: { code: string } }>().error.code).toBe('link_unusable')
})

test.each([
  ['no address', 'kein-at'],
  ['two addresses', 'a@example.de,b@example.de'],
  ['a line break', 'a@example.de\r\nBcc: b@example.de'],
  ['nothing', ''],
  ['a very long one', `${'a'.repeat(300)}@example.de`],
])('%s is refused beside the field, and nothing changes', async (_, email) => {
  const person = await learner()
  const before = await rowsAtRest(world)
  const answer = await ask(person, email)
  expect(answer.status).toBe(400)
  expect(answer.json<{ error: { fields: Record<string, string> } }>().error.fields.email).toMatch(/Adresse/)
  expect(await rowCounts(world)).toEqual(before)
})

test('the own address, operators, unproven sessions, strangers and foreign sites get a clear no', async () => {
  const person = await learner()
  expect((await ask(person, person.email.toUpperCase())).json<{ error: { fields: unknown } }>().error.fields).toEqual({
    email: 'Das ist schon die Adresse deines Kontos.',
  })
  const unproven = await personIn(world, newAddress('unbewiesen'), { course: true, kind: 'unproven' })
  expect((await ask(unproven, newAddress('x'))).status).toBe(403)
  const admin = await personIn(world, newAddress('chefin'), { admin: true })
  expect((await ask(admin, newAddress('x'))).status).toBe(403)
  expect((await world.browser().post('/api/account/email', { email: newAddress('x') })).status).toBe(401)
  const foreign = await person.browser.post(
    '/api/account/email',
    { email: newAddress('x') },
    { 'sec-fetch-site': 'cross-site' },
  )
  expect(foreign.status).toBe(403)
  for (const token of ['', 'x', 'A'.repeat(43), `${'A'.repeat(42)}\u0000`])
    expect((await confirm(token)).status).toBe(400)
})

test('without scripts: the form asks, the page shows both mailboxes, the button moves', async () => {
  const person = await learner()
  const to = newAddress('formular')
  const sent = await person.browser.submit('/api/account/email', { email: to, key: randomUUID() })
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/konto?adresse=gefragt'])
  const page = await person.browser.get('/konto')
  expect(page.text).toMatch(/Bisheriges Postfach(<!-- -->)?: (<!-- -->)?noch nicht/)
  const token = tokenOf(await world.mail(to))
  const pressed = await world.browser().submit('/api/account/email/confirm', { token })
  expect(pressed.headers.get('location')).toBe(`/adresse?token=${token}`)
  expect((await person.browser.get('/konto')).text).toMatch(/Neues Postfach(<!-- -->)?: (<!-- -->)?bestätigt/)
  const bad = await person.browser.submit('/api/account/email', { email: 'krumm' })
  expect(bad.headers.get('location')).toBe('/konto?adresse=invalid_input')
})

test('the name: kept, emptied, and refused when it is none', async () => {
  const person = await learner()
  const rename = (name: unknown) => person.browser.post('/api/account/name', { name })
  expect((await rename('  Łukasz   Ångström ')).json()).toEqual({ ok: true, name: 'Łukasz Ångström' })
  expect((await person.browser.get('/konto')).text).toContain('value="Łukasz Ångström"')
  for (const bad of ['a\nb', 'x'.repeat(81), '\u202eumgedreht', 7, 'x'.repeat(501)])
    expect((await rename(bad)).status).toBe(400)
  expect((await rename('<b>Anna</b>')).status).toBe(200)
  expect((await person.browser.get('/konto')).text).not.toContain('<b>Anna')
  expect((await rename('')).json()).toEqual({ ok: true, name: null })
})

test('no token of a move stands in a log', async () => {
  const { readFileSync } = await import('node:fs')
  const logs = ['web', 'worker'].map((part) => readFileSync(`${world.dataDir}/${part}.log`, 'utf8')).join('')
  expect(logs).toContain('/adresse?token=…')
  expect(logs).not.toMatch(/adresse\?token=[A-Za-z0-9_-]{20}/)
  expect(logs).not.toMatch(/@example\.de/i)
})
