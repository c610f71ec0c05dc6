import { afterAll, beforeAll, expect, test } from 'vitest'
import { consumeLink } from '#domain/access/consumeLink.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { holdPerson } from '#domain/access/holdPerson.ts'
import { inspectLink } from '#domain/access/inspectLink.ts'
import { revokeTokens } from '#domain/access/revokeTokens.ts'
import { workLoginRequest } from '#domain/access/workLoginRequest.ts'
import { listLetters } from '#domain/mail/listLetters.ts'
import { sendLetter } from '#domain/mail/sendLetter.ts'
import { correctAddress } from '#domain/sales/address/correctAddress.ts'
import { moveAccountByHand } from '#domain/sales/address/moveAccountByHand.ts'
import { openCheckout } from '#domain/sales/checkout/openCheckout.ts'
import { spendCheckoutCookie } from '#domain/sales/checkout/spendCheckoutCookie.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import type { AppError } from '#errors'
import type { Ctx } from '#ports'
import { caughtJobs } from '../../kit/caughtJobs.ts'
import { openWorld, type World } from '../../kit/world.ts'

/** A mistyped address, corrected from the browser that paid. The test plays the worker and decides when letters go. */

let world: World
let ctx: Ctx
let count = 0

beforeAll(async () => {
  world = await openWorld({ parts: ['emulators'] })
  ctx = { ...world.ctx, jobs: caughtJobs(world.ctx.jobs, async () => {}) }
})
afterAll(() => world?.close())

const device = 'Firefox auf Linux'
const fresh = (name: string) => `${name}${++count}@example.de`

/** Pays like a stranger; answers what that browser holds. */
async function buy(email = fresh('vertippt')) {
  const opened = await openCheckout(ctx, { productType: 'kurs', email })
  const paid = await fetch(`${world.urls.stripe}/_pay/${opened.sessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  expect(paid.status).toBe(200)
  const { purchaseId } = await settleOrder(ctx, opened.sessionId)
  const checkoutCookie = await ctx.tokens.signCheckout({
    sessionId: opened.sessionId,
    orderId: opened.orderId,
    nonce: opened.cookieNonce,
  })
  const person = await findPersonByEmail(ctx, email)
  return { email, sessionId: opened.sessionId, purchaseId: purchaseId ?? '', checkoutCookie, person: person! }
}
type Bought = Awaited<ReturnType<typeof buy>>

const correct = (order: Bought, email: string, change: Partial<Parameters<typeof correctAddress>[1]> = {}) =>
  correctAddress(ctx, {
    sessionId: order.sessionId,
    email,
    checkoutCookie: order.checkoutCookie,
    viewer: null,
    key: ctx.ids.uuid(),
    ip: `10.9.${count % 250}.${Math.floor(Math.random() * 250)}`,
    ...change,
  })
const letters = async (order: Bought) =>
  (await listLetters(ctx, { purchaseId: order.purchaseId })).filter(({ kind }) => !kind.startsWith('operator_'))
const letterOf = async (order: Bought, uniqueKey: string) =>
  (await letters(order)).find((letter) => letter.uniqueKey === `${uniqueKey}`)
const tokenOf = (letterId: string) => ctx.tokens.linkToken(letterId, ctx.tokens.linkKeyId)
const logIn = (letterId: string) => consumeLink(ctx, { token: tokenOf(letterId), device, ip: '10.8.0.1' })
const settledCorrections = (results: PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length

test('the letter goes to the new address, the old link is dead and shows nothing, the old mailbox hears only that', async () => {
  const order = await buy()
  const old = (await letterOf(order, `welcome:${order.purchaseId}`))!
  await sendLetter(ctx, old.id)
  const to = fresh('richtig')
  expect((await correct(order, to)).emailMasked).toBe('r•••@example.de')

  const renewed = (await letterOf(order, `welcome:${order.purchaseId}:2`))!
  expect(renewed).toMatchObject({ toAddress: to, state: 'queued', inputs: { data: old.inputs.data } })
  const removed = (await letterOf(order, `address_removed:${order.purchaseId}`))!
  expect(removed.toAddress).toBe(order.email)
  expect(JSON.stringify(removed.inputs)).not.toContain(to)

  expect(await inspectLink(ctx, tokenOf(old.id))).toMatchObject({ state: 'unknown', emailMasked: null })
  await expect(logIn(old.id)).rejects.toMatchObject({ code: 'link_unusable' })
  // Writing the same letter again, as every settle does, must not bring the old link back.
  await settleOrder(ctx, order.sessionId)
  await expect(logIn(old.id)).rejects.toMatchObject({ code: 'link_unusable' })
  expect((await logIn(renewed.id)).personId).toBe(order.person.id)
  expect((await findPersonByEmail(ctx, to))?.id).toBe(order.person.id)
  expect(await findPersonByEmail(ctx, order.email)).toBeNull()
  const [entry] = await ctx.audit.list(ctx.db, { purchaseIds: [order.purchaseId], limit: 5 })
  expect(entry).toMatchObject({ actor: 'buyer', action: 'address.correct', personId: order.person.id })
  expect(JSON.stringify(entry)).not.toContain('@')
})

test('a welcome letter that was not sent yet never goes to the wrong address', async () => {
  const order = await buy()
  await correct(order, fresh('richtig'))
  const old = (await letterOf(order, `welcome:${order.purchaseId}`))!
  expect(old).toMatchObject({ state: 'dropped' })
  expect(old.reason).toContain('korrigiert')
  expect(await sendLetter(ctx, old.id)).toEqual({ outcome: 'already_done' })
  expect((await world.mails(order.email)).filter((mail) => mail.idempotencyKey === old.id)).toEqual([])
})

test('a worker that was handing the old letter over just then: the ledger tells it, the link in it is dead', async () => {
  const order = await buy()
  const old = (await letterOf(order, `welcome:${order.purchaseId}`))!
  const racing: Ctx = {
    ...ctx,
    mailer: {
      ...ctx.mailer,
      sendEmail: async (message) => {
        await correct(order, fresh('richtig'))
        return ctx.mailer.sendEmail(message)
      },
    },
  }
  expect(await sendLetter(racing, old.id)).toMatchObject({ outcome: 'handed_over' })
  expect(await letterOf(order, `welcome:${order.purchaseId}`)).toMatchObject({ state: 'handed_over' })
  expect(await world.mails(order.email)).toHaveLength(1)
  await expect(logIn(old.id)).rejects.toMatchObject({ code: 'link_unusable' })
})

test('once: the second correction is refused, the second click is the same one', async () => {
  const order = await buy()
  const key = ctx.ids.uuid()
  const to = fresh('richtig')
  await correct(order, to, { key })
  await correct(order, to, { key })
  await expect(correct(order, fresh('anders'))).rejects.toMatchObject({ code: 'address_locked' })
  expect((await letters(order)).map(({ uniqueKey }) => uniqueKey).sort()).toEqual([
    `address_removed:${order.purchaseId}`,
    `welcome:${order.purchaseId}`,
    `welcome:${order.purchaseId}:2`,
  ])
})

test('five corrections at once: one counts, one letter follows', async () => {
  const order = await buy()
  const wishes = Array.from({ length: 5 }, () => fresh('zugleich'))
  const results = await Promise.allSettled(wishes.map((to) => correct(order, to)))
  expect(settledCorrections(results)).toBe(1)
  const renewed = (await letters(order)).filter(({ uniqueKey }) => uniqueKey.startsWith(`welcome:${order.purchaseId}:`))
  expect(renewed).toHaveLength(1)
  expect((await findPersonByEmail(ctx, renewed[0]?.toAddress ?? ''))?.id).toBe(order.person.id)
})

test('link and correction at the same moment: exactly one of them wins, twelve times', async () => {
  for (let round = 0; round < 12; round++) {
    const order = await buy()
    const old = (await letterOf(order, `welcome:${order.purchaseId}`))!
    const to = fresh('richtig')
    const [login, change] = await Promise.allSettled(
      round % 2 ? [logIn(old.id), correct(order, to)] : [correct(order, to), logIn(old.id)].reverse(),
    )
    const won = [login, change].filter((one) => one?.status === 'fulfilled')
    expect(won).toHaveLength(1)
    const lost = [login, change].find((one) => one?.status === 'rejected')
    expect(['link_unusable', 'address_locked']).toContain((lost as PromiseRejectedResult).reason.code)
    const moved = await findPersonByEmail(ctx, to)
    const proven = (await findPersonByEmail(ctx, order.email))?.firstLoginAt ?? null
    expect(Boolean(moved)).toBe(proven === null)
  }
})

test('a login that comes between a correction’s first and second lock waits, instead of blocking both', async () => {
  const order = await buy()
  const old = (await letterOf(order, `welcome:${order.purchaseId}`))!
  let login: Promise<unknown> = Promise.resolve()
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    await holdPerson(inside, order.person.id)
    login = logIn(old.id).catch((error) => error)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await revokeTokens(inside, order.person.id)
  })
  expect(await login).toMatchObject({ code: 'link_unusable' })
})

test('after a link or code was used nothing can be corrected here any more', async () => {
  const order = await buy()
  await logIn((await letterOf(order, `welcome:${order.purchaseId}`))!.id)
  await expect(correct(order, fresh('zuspät'.replace('ä', 'ae')))).rejects.toMatchObject({ code: 'address_locked' })
})

test('an address with an account is refused without a word about whose; an operator’s too', async () => {
  const other = await buy()
  const order = await buy()
  for (const taken of [other.email, other.email.toUpperCase(), ctx.settings.adminEmails[0] ?? ''])
    await expect(correct(order, taken)).rejects.toMatchObject({ code: 'address_taken' })
  expect(await letters(order)).toHaveLength(1)
  // The attempt cost nothing: the right one still goes.
  await correct(order, fresh('richtig'))
})

test('a purchase that takes the address at the same moment is settled too, and only one has it', async () => {
  const order = await buy()
  const to = fresh('begehrt')
  const opened = await openCheckout(ctx, { productType: 'kurs', email: to })
  await fetch(`${world.urls.stripe}/_pay/${opened.sessionId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const [change, settled] = await Promise.allSettled([correct(order, to), settleOrder(ctx, opened.sessionId)])
  expect(settled.status).toBe('fulfilled')
  if (change.status === 'rejected') expect(change.reason).toMatchObject({ code: 'address_taken' })
  const rows = await world.database.query(`select 1 from person where email_normal = $1`, [to])
  expect(rows).toHaveLength(1)
  expect(await settleOrder(ctx, opened.sessionId)).toMatchObject({ state: 'paid' })
})

test.each([
  ['no proof at all', { checkoutCookie: null }],
  ['a forged cookie', { checkoutCookie: 'e30.e30.x' }],
  [
    'a stranger’s session',
    { checkoutCookie: null, viewer: { personId: crypto.randomUUID(), kind: 'unproven' as const } },
  ],
])('%s: the order does not exist', async (_, proof) => {
  const order = await buy()
  await expect(correct(order, fresh('boese'), proof)).rejects.toMatchObject({ code: 'not_found' })
})

test('another order’s cookie, a proven session and an old cookie prove nothing; the unproven session does', async () => {
  const [order, other] = [await buy(), await buy()]
  await expect(correct(order, fresh('x'), { checkoutCookie: other.checkoutCookie })).rejects.toMatchObject({
    code: 'not_found',
  })
  const own = { personId: order.person.id, kind: 'proven' as const }
  await expect(correct(order, fresh('x'), { checkoutCookie: null, viewer: own })).rejects.toMatchObject({
    code: 'not_found',
  })
  const later = { ...ctx, clock: { now: () => new Date(Date.now() + 61 * 60_000) } }
  const input = { sessionId: order.sessionId, email: fresh('x'), key: ctx.ids.uuid(), ip: '10.9.9.9' }
  await expect(
    correctAddress(later, { ...input, checkoutCookie: order.checkoutCookie, viewer: null }),
  ).rejects.toMatchObject({ code: 'not_found' })
  await correct(order, fresh('richtig'), { checkoutCookie: null, viewer: { ...own, kind: 'unproven' } })
})

test.each([['max'], ['"a@b"@c.de'], ['a@b.de,c@d.de'], ['']])(
  'row 43: %s is no address and changes nothing',
  async (bad) => {
    const order = await buy()
    await expect(correct(order, bad)).rejects.toMatchObject({ code: 'invalid_input' })
    await correct(order, 'Ｍax.'.normalize('NFKC') + fresh('gross').replace('@', '＠'))
  },
)

test('a login letter that is being written for the old address brings no living link', async () => {
  const order = await buy()
  let change: Promise<unknown> = Promise.resolve()
  // Between the letter's row and its link, the buyer corrects the address.
  const send = async () => {
    change = correct(order, fresh('richtig'))
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  const slow = { ...ctx, jobs: caughtJobs(ctx.jobs, send) }
  const job = { email: order.email, next: null, browserHash: 'x', requestId: ctx.ids.uuid() }
  await workLoginRequest(slow, job)
  await change
  const rows = await world.database.query<{ link: boolean; state: string }>(
    `select t.revoked_at is null as link, l.state from login_token t join letter l on l.id = t.id
     where t.person_id = $1 and l.kind = 'login'`,
    [order.person.id],
  )
  expect(rows).toEqual([{ link: false, state: 'dropped' }])
})

test('a refund after the correction writes to the new address, and no settle moves the person back', async () => {
  const order = await buy()
  const to = fresh('richtig')
  await correct(order, to)
  const [row] = await world.database.query<{ payment_intent_id: string }>(
    'select payment_intent_id from purchase where id = $1',
    [order.purchaseId],
  )
  await ctx.payments.refund({
    paymentIntentId: row?.payment_intent_id ?? '',
    amount: null,
    idempotencyKey: ctx.ids.uuid(),
    metadata: {},
  })
  await settleOrder(ctx, order.sessionId)
  const refund = (await letters(order)).find(({ kind }) => kind === 'refund')
  expect(refund?.toAddress).toBe(to)
  expect((await findPersonByEmail(ctx, to))?.id).toBe(order.person.id)
})

test('many tries are stopped before they tell which addresses have accounts', async () => {
  const [order, other] = [await buy(), await buy()]
  const codes: string[] = []
  for (let i = 0; i < 8; i++) await correct(order, other.email).catch((error: AppError) => codes.push(error.code))
  expect(codes).toEqual([...Array(6).fill('address_taken'), 'rate_limited', 'rate_limited'])
})

test('the operator moves an account at any time: sessions end, a new link goes out, twice clicked is once', async () => {
  const order = await buy()
  const { sessionId } = await logIn((await letterOf(order, `welcome:${order.purchaseId}`))!.id)
  const input = {
    personId: order.person.id,
    email: fresh('neu'),
    actor: 'cli',
    key: ctx.ids.uuid(),
    reason: 'Telefonat',
  }
  await moveAccountByHand(ctx, input)
  await moveAccountByHand(ctx, input)
  const [row] = await world.database.query('select revoked_at from session where id = $1', [sessionId])
  expect(row?.revoked_at).toBeInstanceOf(Date)
  const renewed = (await letters(order)).filter(({ kind }) => kind === 'welcome')
  expect(renewed.map(({ toAddress }) => toAddress).sort()).toEqual([order.email, input.email].sort())
})

const byHand = (personId: string, email: string, key = ctx.ids.uuid()) =>
  moveAccountByHand(ctx, { personId, email, actor: 'cli', key, reason: 'Telefonat' })

test('each address that an account leaves is told, also the second and the third', async () => {
  const order = await buy()
  const [second, third] = [fresh('zweite'), fresh('dritte')]
  for (const to of [second, third, fresh('vierte')]) await byHand(order.person.id, to)
  const told = (await letters(order)).filter(({ kind }) => kind === 'address_removed')
  expect(Object.fromEntries(told.map(({ uniqueKey, toAddress }) => [uniqueKey, toAddress]))).toEqual({
    [`address_removed:${order.purchaseId}`]: order.email,
    [`address_removed:${order.purchaseId}:2`]: second,
    [`address_removed:${order.purchaseId}:3`]: third,
  })
})

test('an account without an order gets a login link at its new address, once per click', async () => {
  const { personId } = await findOrCreatePerson(ctx, { email: fresh('presse'), createdBy: 'test' })
  const [to, key] = [fresh('neu'), ctx.ids.uuid()]
  await byHand(personId, to, key)
  await byHand(personId, to, key)
  const sent = await listLetters(ctx, { personId })
  expect(sent.map(({ kind, toAddress }) => [kind, toAddress])).toEqual([['login', to]])
  expect((await logIn(sent[0]!.id)).personId).toBe(personId)
})

test('after a move by hand the cookie of the checkout opens no session in the account', async () => {
  const [moved, stays] = [await buy(), await buy()]
  await byHand(moved.person.id, fresh('neu'))
  await expect(spendCheckoutCookie(ctx, moved.checkoutCookie)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await spendCheckoutCookie(ctx, stays.checkoutCookie)).toEqual({ personId: stays.person.id })
})
