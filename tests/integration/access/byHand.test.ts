import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activeGrant } from '#domain/access/activeGrant.ts'
import { consumeLink } from '#domain/access/consumeLink.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { grantByHand } from '#domain/access/grantByHand.ts'
import { holdPerson } from '#domain/access/holdPerson.ts'
import { moveAddress } from '#domain/access/moveAddress.ts'
import { resendLetter } from '#domain/access/resendLetter.ts'
import { revokeByHand } from '#domain/access/revokeByHand.ts'
import { revokeTokens } from '#domain/access/revokeTokens.ts'
import { sendLoginLink } from '#domain/access/sendLoginLink.ts'
import { getLetter } from '#domain/mail/getLetter.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { type Counter, openCounter } from '../../kit/counter.ts'
import { paidTruth } from '../../kit/paidTruth.ts'

/**
 * What an operator does by hand with access and logins: once per key, in the log with its reason, and never at the cost
 * of an invariant.
 */

let counter: Counter
const actor = 'person:00000000-0000-4000-8000-000000000001'
beforeAll(async () => {
  counter = await openCounter()
  await mirrorPrice(counter.ctx)
})
afterAll(() => counter.close())

async function somebody(): Promise<string> {
  const email = `${randomUUID()}@example.de`
  return (await findOrCreatePerson(counter.ctx, { email, createdBy: 'hand:test' })).personId
}

async function bought(): Promise<{ personId: string; purchaseId: string; sessionId: string }> {
  const sessionId = `cs_test_${randomUUID().replaceAll('-', '')}`
  counter.payments.truths.set(sessionId, paidTruth(sessionId))
  const { purchaseId } = await settleOrder(counter.ctx, sessionId)
  const [row] = await counter.database.query<{ person_id: string }>('select person_id from purchase where id = $1', [
    purchaseId,
  ])
  return { personId: row!.person_id, purchaseId: purchaseId!, sessionId }
}

const entries = async (key: string) =>
  counter.database.query('select action, reason, actor from audit_entry where id = $1', [key])
const hasCourse = async (personId: string) => (await activeGrant(counter.ctx, personId, 'kurs')) !== null
const give = (personId: string, key: string, reason = 'Pressezugang') =>
  grantByHand(counter.ctx, { personId, course: 'kurs', reason, actor, key })

test('a grant by hand opens the course once, however often the click arrives', async () => {
  const [personId, key] = [await somebody(), randomUUID()]
  const answers = await Promise.all([give(personId, key), give(personId, key), give(personId, key)])
  expect(new Set(answers.map(({ source }) => source))).toEqual(new Set([`hand:${key}`]))
  expect(await hasCourse(personId)).toBe(true)
  expect(await entries(key)).toEqual([{ action: 'grant.add', reason: 'Pressezugang', actor }])
  await expect(give(personId, randomUUID())).rejects.toMatchObject({ code: 'conflict' })
})

test('a key that stands for something else is refused, and nothing happens', async () => {
  const [one, other, key] = [await somebody(), await somebody(), randomUUID()]
  await give(one, key)
  await expect(give(other, key)).rejects.toMatchObject({ code: 'conflict' })
  await expect(give(one, key, 'ein anderer Grund')).rejects.toMatchObject({ code: 'conflict' })
  expect(await hasCourse(other)).toBe(false)
})

test('hand and purchase do not touch each other', async () => {
  const { personId, sessionId } = await bought()
  const key = randomUUID()
  const { source } = await give(personId, key)
  await revokeByHand(counter.ctx, { source, reason: 'Probe vorbei', actor, key: randomUUID() })
  expect(await hasCourse(personId)).toBe(true)

  await give(personId, randomUUID())
  const truth = counter.payments.truths.get(sessionId)!
  counter.payments.truths.set(sessionId, { ...truth, refunds: [{ id: 're_1', amount: 34_900, status: 'succeeded' }] })
  await settleOrder(counter.ctx, sessionId)
  expect(await hasCourse(personId)).toBe(true)
})

test("a purchase's grant cannot be ended by hand, an ended one not again", async () => {
  const { personId, purchaseId } = await bought()
  const end = (source: string, key = randomUUID(), reason = 'weil') =>
    revokeByHand(counter.ctx, { source, reason, actor, key })
  await expect(end(`purchase:${purchaseId}`)).rejects.toMatchObject({ code: 'conflict' })
  await expect(end(`hand:${randomUUID()}`)).rejects.toMatchObject({ code: 'not_found' })
  expect(await hasCourse(personId)).toBe(true)

  const other = await somebody()
  const { source } = await give(other, randomUUID())
  const key = randomUUID()
  await expect(end(source, key, '  ')).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await end(source, key)).toEqual({ ended: 1 })
  expect(await end(source, key)).toEqual({ ended: 0 })
  await expect(end(source)).rejects.toMatchObject({ code: 'conflict' })
  expect(await hasCourse(other)).toBe(false)
})

test('nobody gets a grant without a reason, and no stranger gets one', async () => {
  const [personId, key] = [await somebody(), randomUUID()]
  await expect(give(personId, key, ' ')).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(give(randomUUID(), key)).rejects.toMatchObject({ code: 'not_found' })
  expect(await entries(key)).toEqual([])
})

test('a login link by hand is one letter with a link of seven days and no code', async () => {
  const [personId, key] = [await somebody(), randomUUID()]
  const send = () => sendLoginLink(counter.ctx, { personId, actor, key })
  const [{ letterId }] = await Promise.all([send(), send()])
  const rows = await counter.database.query('select id from letter where person_id = $1', [personId])
  expect(rows).toEqual([{ id: letterId }])
  const { preview } = (await getLetter(counter.ctx, letterId))!
  expect(preview?.text).toContain('7 Tage')
  expect(preview?.text).not.toContain('••••••')
  const { tokens } = counter.ctx
  const later = { ...counter.ctx, clock: { now: () => new Date(Date.now() + 6 * 86_400_000) } }
  const link = { token: tokens.linkToken(letterId, tokens.linkKeyId), device: 'Firefox', ip: '10.0.0.1' }
  expect(await consumeLink(later, link)).toMatchObject({ personId })
})

/** An address is being corrected away while `act` begins; answers where its letter went. */
async function whileMoving(personId: string, act: () => Promise<string>): Promise<[string | undefined, string]> {
  const to = `${randomUUID()}@example.de`
  let acting: Promise<string> | undefined
  await counter.ctx.db.transaction(async (db) => {
    const inside = { ...counter.ctx, db }
    await holdPerson(inside, personId)
    await revokeTokens(inside, personId)
    acting = act()
    await setTimeout(300)
    await moveAddress(inside, { personId, to })
  })
  const letterId = await acting
  const rows = await counter.database.query<{ to_address: string }>('select to_address from letter where id = $1', [
    letterId,
  ])
  return [rows[0]?.to_address, to]
}

test('a link sent while the address is corrected never goes to the old mailbox', async () => {
  const personId = await somebody()
  const send = async () => (await sendLoginLink(counter.ctx, { personId, actor, key: randomUUID() })).letterId
  const [went, to] = await whileMoving(personId, send)
  expect(went).toBe(to)

  const buyer = await bought()
  const letterId = counter.ctx.ids.fromName(`welcome:${buyer.purchaseId}`)
  const resend = () => resendLetter(counter.ctx, { letterId, actor, key: randomUUID() })
  const [wentAgain, toAgain] = await whileMoving(buyer.personId, resend)
  expect(wentAgain).toBe(toAgain)
})
