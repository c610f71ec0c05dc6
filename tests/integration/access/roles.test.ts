import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consumeLink } from '#domain/access/consumeLink.ts'
import { demotePerson } from '#domain/access/demotePerson.ts'
import { ensureAdmins } from '#domain/access/ensureAdmins.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { openSession } from '#domain/access/openSession.ts'
import { promotePerson } from '#domain/access/promotePerson.ts'
import { writeLoginLink } from '#domain/access/writeLoginLink.ts'
import type { Ctx } from '#ports'
import { viewerBehind } from '#tests/kit/viewer.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'

/** Who is an operator: what `ADMIN_EMAILS` says at boot, and what a hand on the command line did. */

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
})
afterAll(() => counter?.close())

const fresh = () => `o${randomBytes(5).toString('hex')}@example.de`
/** A process that was started with these addresses. */
const withAdmins = (...adminEmails: string[]): Ctx => ({
  ...counter.ctx,
  settings: { ...counter.ctx.settings, adminEmails },
})
const roleOf = async (email: string) => (await findPersonByEmail(counter.ctx, email))?.role ?? null
const idOf = async (email: string) => (await findPersonByEmail(counter.ctx, email))?.id ?? ''
const sessionOf = async (email: string) =>
  (await openSession(counter.ctx, { personId: await idOf(email), kind: 'proven', device: 'Test' })).token
const deedsOn = async (email: string) =>
  (await counter.ctx.audit.list(counter.ctx.db, { personId: await idOf(email), limit: 20 }))
    .map(({ actor, action }) => `${actor} ${action}`)
    .toReversed()

test('whoever is taken out of ADMIN_EMAILS is no operator after the next boot, and their sessions end', async () => {
  const [stays, goes] = [fresh(), fresh()]
  await ensureAdmins(withAdmins(stays, goes.toUpperCase()))
  expect([await roleOf(stays), await roleOf(goes)]).toEqual(['admin', 'admin'])
  const [kept, ended] = [await sessionOf(stays), await sessionOf(goes)]
  for (let boots = 0; boots < 2; boots++) await ensureAdmins(withAdmins(stays))
  expect([await roleOf(stays), await roleOf(goes)]).toEqual(['admin', 'learner'])
  expect(await viewerBehind(counter.ctx, kept)).toMatchObject({ role: 'admin' })
  expect(await viewerBehind(counter.ctx, ended)).toBeNull()
  expect(await deedsOn(goes)).toEqual(['settings person.promote', 'settings person.demote'])
  await ensureAdmins(withAdmins(goes))
  expect([await roleOf(stays), await roleOf(goes)]).toEqual(['learner', 'admin'])
})

test('a buyer who becomes operator by the settings is a buyer again without them', async () => {
  const [buyer, other] = [fresh(), fresh()]
  await findOrCreatePerson(counter.ctx, { email: buyer, createdBy: 'purchase:1' })
  await ensureAdmins(withAdmins(buyer))
  await ensureAdmins(withAdmins(other))
  expect(await roleOf(buyer)).toBe('learner')
})

test('a role given by hand stays until it is taken by hand, unless the settings name the address', async () => {
  const [listed, byHand, both] = [fresh(), fresh(), fresh()]
  await ensureAdmins(withAdmins(listed))
  await promotePerson(withAdmins(listed), byHand)
  await promotePerson(withAdmins(listed), both)
  await ensureAdmins(withAdmins(listed, both))
  await promotePerson(withAdmins(listed, both), both)
  await ensureAdmins(withAdmins(listed))
  expect([await roleOf(byHand), await roleOf(both)]).toEqual(['admin', 'learner'])
  const session = await sessionOf(byHand)
  expect(await demotePerson(withAdmins(listed), await idOf(byHand))).toBe(true)
  expect(await demotePerson(withAdmins(listed), await idOf(byHand))).toBe(false)
  expect([await roleOf(byHand), await viewerBehind(counter.ctx, session)]).toEqual(['learner', null])
  expect(await deedsOn(byHand)).toEqual(['cli person.promote', 'cli person.demote'])
})

test('nobody is locked out: not by an empty list, not the last operator, not against the settings', async () => {
  const [one, two] = [fresh(), fresh()]
  await ensureAdmins(withAdmins(one))
  await ensureAdmins(withAdmins())
  expect(await roleOf(one)).toBe('admin')
  await expect(demotePerson(withAdmins(one), await idOf(one))).rejects.toMatchObject({ code: 'conflict' })
  await counter.database.query("update person set role = 'learner' where email_normal <> $1", [one])
  await expect(demotePerson(withAdmins(), await idOf(one))).rejects.toMatchObject({ code: 'conflict' })
  await promotePerson(withAdmins(), two)
  const ends = await Promise.allSettled([one, two].map(async (email) => demotePerson(withAdmins(), await idOf(email))))
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect([await roleOf(one), await roleOf(two)].sort()).toEqual(['admin', 'learner'])
})

test('a link from the command line is for addresses in ADMIN_EMAILS alone, works once, and stands in the Protokoll', async () => {
  const [operator, stranger] = [fresh(), fresh()]
  await findOrCreatePerson(counter.ctx, { email: stranger, createdBy: 'test' })
  const ctx = withAdmins(operator)
  await expect(writeLoginLink(ctx, stranger)).rejects.toMatchObject({ code: 'forbidden' })
  const { token, expiresAt } = await writeLoginLink(ctx, operator)
  const minutes = (expiresAt.getTime() - Date.now()) / 60_000
  expect(minutes).toBeGreaterThan(13)
  // Counted by the database's clock, which may be ahead of ours by some milliseconds.
  expect(minutes).toBeLessThan(15.5)
  const opened = await consumeLink(ctx, { token, device: 'Test', ip: '10.4.0.1' })
  expect(await viewerBehind(ctx, opened.token)).toMatchObject({ role: 'admin', kind: 'proven' })
  await expect(consumeLink(ctx, { token, device: 'Test', ip: '10.4.0.1' })).rejects.toMatchObject({
    code: 'link_unusable',
  })
  expect(await deedsOn(operator)).toEqual(['settings person.promote', 'cli person.link'])
  const [row] = await counter.database.query('select count(*)::int as n from audit_entry where detail::text like $1', [
    `%${token}%`,
  ])
  expect(row).toEqual({ n: 0 })
  const late = await writeLoginLink(ctx, operator)
  const later: Ctx = { ...ctx, clock: { now: () => new Date(Date.now() + 16 * 60_000) } }
  await expect(consumeLink(later, { token: late.token, device: 'Test', ip: '10.4.0.1' })).rejects.toMatchObject({
    code: 'link_unusable',
  })
})
