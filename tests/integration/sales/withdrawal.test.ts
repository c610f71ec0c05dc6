import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { orderNumber } from '#domain/sales/rules.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { acceptWithdrawal } from '#domain/sales/withdrawal/acceptWithdrawal.ts'
import { assignWithdrawal } from '#domain/sales/withdrawal/assignWithdrawal.ts'
import { decideWithdrawal } from '#domain/sales/withdrawal/decideWithdrawal.ts'
import { declareWithdrawal } from '#domain/sales/withdrawal/declareWithdrawal.ts'
import { listWithdrawals } from '#domain/sales/withdrawal/listWithdrawals.ts'
import { matchWithdrawal } from '#domain/sales/withdrawal/matchWithdrawal.ts'
import { declarationSentence } from '#domain/sales/withdrawal/rules.ts'
import { watchWithdrawals } from '#domain/sales/withdrawal/watchWithdrawals.ts'
import { OutsideError } from '#errors'
import type { Ctx } from '#ports'
import { type Counter, openCounter } from '../../kit/counter.ts'
import { paidTruth } from '../../kit/paidTruth.ts'

/** § 356a BGB: every declaration is taken, kept and acknowledged; a person judges it later. */

let counter: Counter
let ctx: Ctx
const operator = 'person:00000000-0000-4000-8000-00000000000a'

beforeAll(async () => {
  counter = await openCounter()
  // This counter's platform has no operators; the letters to them are part of what is tested.
  ctx = { ...counter.ctx, settings: { ...counter.ctx.settings, adminEmails: ['betreiber@werkstatt.test'] } }
})
afterAll(() => counter?.close())

let sold = 0
async function sell(change: Parameters<typeof paidTruth>[1] = {}) {
  const sessionId = `cs_test_widerruf${++sold}`
  counter.payments.truths.set(sessionId, paidTruth(sessionId, change))
  const { purchaseId } = await settleOrder(ctx, sessionId)
  const [row] = await counter.database.query<{ number: string; created_at: Date }>(
    'select number, created_at from purchase where id = $1',
    [purchaseId],
  )
  return {
    purchaseId: purchaseId ?? '',
    sessionId,
    email: change?.email ?? `${sessionId}@example.de`,
    number: orderNumber(Number(row?.number), new Date(row?.created_at ?? 0)),
  }
}

const letters = (kind: string) =>
  counter.database.query<{ to_address: string; unique_key: string; inputs: { data: Record<string, string> } }>(
    'select to_address, unique_key, inputs from letter where kind = $1 order by created_at, id',
    [kind],
  )
const rows = async () =>
  Number((await counter.database.query<{ rows: string }>('select count(*) as rows from withdrawal'))[0]?.rows)
let ip = 0
const declare = (words: { name?: string; contract?: string; email?: string }, id = ctx.ids.uuid()) =>
  declareWithdrawal(ctx, { id, ip: `10.4.${++ip}.1`, name: 'Mara Beispiel', ...words })

describe('declaring', () => {
  test('stores the words with the second, and writes the receipt in the same transaction', async () => {
    const { id, receivedAt } = await declare({ contract: 'W-2026-9999', email: 'Mara@Example.de' })
    expect(receivedAt.getMilliseconds()).toBe(0)
    const [receipt] = (await letters('withdrawal_receipt')).slice(-1)
    expect(receipt?.to_address).toBe('Mara@Example.de')
    expect(receipt?.unique_key).toBe(`withdrawal_receipt:${id}`)
    expect(receipt?.inputs.data).toEqual({
      sentence: declarationSentence,
      name: 'Mara Beispiel',
      contract: 'W-2026-9999',
      email: 'Mara@Example.de',
      receivedAt: receivedAt.toISOString(),
    })
    const [row] = await counter.database.query(
      'select name, contract, email, state, purchase_id from withdrawal where id = $1',
      [id],
    )
    expect(row).toEqual({
      name: 'Mara Beispiel',
      contract: 'W-2026-9999',
      email: 'Mara@Example.de',
      state: 'new',
      purchase_id: null,
    })
  })

  test('the same click twice, also at the same moment, is one declaration and one receipt', async () => {
    const key = ctx.ids.uuid()
    const words = { contract: 'der Kurs', email: 'zweimal@example.de' }
    const before = [await rows(), (await letters('withdrawal_receipt')).length]
    const answers = await Promise.all([declare(words, key), declare(words, key), declare(words, key)])
    answers.push(await declare(words, key))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(new Set(answers.map(({ receivedAt }) => receivedAt.getTime())).size).toBe(1)
    expect([await rows(), (await letters('withdrawal_receipt')).length]).toEqual(before.map((count) => count + 1))
    // Other words under the same form are a declaration of their own: none may be lost.
    await declare({ ...words, contract: 'ein anderer' }, key)
    expect(await rows()).toBe((before[0] ?? 0) + 2)
  })

  test('what cannot be acknowledged stores nothing', async () => {
    const before = [await rows(), (await letters('withdrawal_receipt')).length]
    for (const words of [
      {},
      { contract: 'x' },
      { contract: 'x', email: 'kein' },
      { contract: 'x'.repeat(300), email: 'a@b.de' },
    ])
      await expect(declare(words)).rejects.toMatchObject({ code: 'invalid_input' })
    expect([await rows(), (await letters('withdrawal_receipt')).length]).toEqual(before)
  })

  test('a mailbox cannot be flooded with receipts', async () => {
    const before = await rows()
    const email = 'flut@example.de'
    for (let turn = 0; turn < 5; turn++) await declare({ contract: `Vertrag ${turn}`, email })
    await expect(declare({ contract: 'noch einer', email: 'FLUT@example.de' })).rejects.toMatchObject({
      code: 'rate_limited',
    })
    expect(await rows()).toBe(before + 5)
  })

  test('the answer to a known, an unknown and a refunded order is the same', async () => {
    const known = await sell()
    const refunded = await sell({
      refunds: [{ id: 're_1', amount: 34_900, status: 'succeeded', createdAt: new Date('2026-11-22T11:00:00Z') }],
    })
    const answers = []
    for (const contract of [known.number, refunded.number, 'W-2026-8888']) {
      const before = (await counter.database.query('select count(*) from letter'))[0]
      const answer = await declare({ contract, email: `gleich${answers.length}@example.de` })
      const after = (await counter.database.query('select count(*) from letter'))[0]
      answers.push([Object.keys(answer), Number(after?.count) - Number(before?.count)])
    }
    // One letter each, the receipt: who else hears of it is decided after the answer.
    expect(answers).toEqual([answers[0], answers[0], answers[0]])
    expect(answers[0]?.[1]).toBe(1)
  })
})

describe('finding the order', () => {
  test('by number, and the owner hears of a declaration from another mailbox', async () => {
    const order = await sell()
    const { id } = await declare({ contract: `Bestellung ${order.number}, bitte`, email: 'fremd@example.de' })
    expect(await matchWithdrawal(ctx, id)).toEqual({ purchaseId: order.purchaseId })
    await matchWithdrawal(ctx, id)
    const notices = (await letters('withdrawal_notice')).filter(({ unique_key }) => unique_key.endsWith(id))
    expect(notices.map(({ to_address }) => to_address)).toEqual([order.email])
    expect(notices[0]?.inputs.data).toEqual({ number: order.number, receivedAt: expect.any(String) })
    const told = (await letters('operator_withdrawal')).filter(({ unique_key }) => unique_key.includes(id))
    expect(told.map(({ to_address, inputs }) => [to_address, inputs.data.number])).toEqual([
      ['betreiber@werkstatt.test', order.number],
    ])
  })

  test('by address in any spelling, and then nobody else is told', async () => {
    const order = await sell({ email: 'Gross.Klein@example.de' })
    const { id } = await declare({ contract: 'der Videokurs', email: 'gross.klein@EXAMPLE.de' })
    expect(await matchWithdrawal(ctx, id)).toEqual({ purchaseId: order.purchaseId })
    expect((await letters('withdrawal_notice')).filter(({ unique_key }) => unique_key.endsWith(id))).toEqual([])
  })

  test('by session; of two orders the paid one; and none at all', async () => {
    const order = await sell()
    const named = await declare({ contract: order.sessionId, email: 'sitzung@example.de' })
    expect((await matchWithdrawal(ctx, named.id)).purchaseId).toBe(order.purchaseId)
    const paid = await sell({ email: 'zwei@example.de', createdAt: new Date('2026-11-20T10:00:00Z') })
    await sell({
      email: 'zwei@example.de',
      refunds: [{ id: 're_2', amount: 34_900, status: 'succeeded', createdAt: new Date('2026-11-22T11:00:00Z') }],
    })
    const both = await declare({ contract: 'der Kurs', email: 'zwei@example.de' })
    expect((await matchWithdrawal(ctx, both.id)).purchaseId).toBe(paid.purchaseId)
    const none = await declare({ contract: 'W-2026-7777', email: 'niemand@example.de' })
    expect((await matchWithdrawal(ctx, none.id)).purchaseId).toBeNull()
    const told = (await letters('operator_withdrawal')).filter(({ unique_key }) => unique_key.includes(none.id))
    expect(told.map(({ inputs }) => inputs.data.number)).toEqual([null])
  })
})

describe('the operator', () => {
  const view = async (id: string) =>
    (await listWithdrawals(ctx, { limit: 200 })).find(({ withdrawal }) => withdrawal.id === id)

  test('sees the right as it was: it lapses only with ticks, begin and accepted confirmation', async () => {
    const order = await sell({ createdAt: new Date(), paidAt: new Date() })
    const { id } = await declare({ contract: order.number, email: order.email })
    await matchWithdrawal(ctx, id)
    expect((await view(id))?.right?.state).toBe('exists')
    expect((await view(id))?.refund.daysLeft).toBe(14)
    const draftId = ctx.ids.uuid()
    await counter.database.query(
      `insert into order_draft (id, params_hash, product_type, shown_amount, currency, consent_start_now, consent_acknowledges_loss, consent_text_version, terms_version, request_id)
       values ($1, 'x', 'kurs', 34900, 'eur', true, true, 'v', 'v', 'r')`,
      [draftId],
    )
    await counter.database.query('update purchase set order_id = $1 where id = $2', [draftId, order.purchaseId])
    expect((await view(id))?.right?.state).toBe('exists')
    await counter.database.query(`update access_grant set created_at = now() - interval '1 minute' where source = $1`, [
      `purchase:${order.purchaseId}`,
    ])
    await counter.database.query(
      `update letter set handed_over_at = now() - interval '1 minute', state = 'handed_over' where unique_key = $1`,
      [`welcome:${order.purchaseId}`],
    )
    expect((await view(id))?.right?.state).toBe('lapsed')
    // A confirmation that could not be delivered does not count.
    await counter.database.query(`update letter set state = 'bounced' where unique_key = $1`, [
      `welcome:${order.purchaseId}`,
    ])
    expect((await view(id))?.right?.state).toBe('exists')
  })

  test('decides once, with the audit log, and a refusal says why', async () => {
    const { id } = await declare({ contract: 'der Kurs', email: 'entscheid@example.de' })
    const decide = (decision: 'accepted' | 'refused', note: string | null, key = ctx.ids.uuid()) =>
      decideWithdrawal(ctx, { withdrawalId: id, decision, note, actor: operator, key })
    await expect(decide('refused', '  ')).rejects.toMatchObject({ code: 'invalid_input' })
    const key = ctx.ids.uuid()
    expect(await Promise.all([decide('refused', 'zu spät', key), decide('refused', 'zu spät', key)])).toEqual([
      { state: 'refused' },
      { state: 'refused' },
    ])
    await expect(decide('accepted', null)).rejects.toMatchObject({ code: 'conflict' })
    const entries = await ctx.audit.list(ctx.db, { target: id, limit: 10 })
    expect(entries.map(({ action, reason, actor }) => [action, reason, actor])).toEqual([
      ['withdrawal.refuse', 'zu spät', operator],
    ])
    expect((await view(id))?.withdrawal).toMatchObject({ state: 'refused', note: 'zu spät', decidedBy: operator })
    await expect(
      decideWithdrawal(ctx, {
        withdrawalId: ctx.ids.uuid(),
        decision: 'accepted',
        note: null,
        actor: operator,
        key: ctx.ids.uuid(),
      }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })

  test('refunds and accepts: the money moves once, however often and by whomever it is asked', async () => {
    const order = await sell()
    const { id } = await declare({ contract: order.number, email: order.email })
    await matchWithdrawal(ctx, id)
    const accept = (key = ctx.ids.uuid()) =>
      acceptWithdrawal(ctx, { withdrawalId: id, note: null, actor: operator, key })
    // Stripe is away: nothing is decided, the next click does it.
    counter.payments.down = true
    await expect(accept()).rejects.toMatchObject({ code: 'payments_unavailable' })
    counter.payments.down = false
    expect((await view(id))?.withdrawal.state).toBe('new')
    const key = ctx.ids.uuid()
    expect(await accept(key)).toEqual({ refunded: true })
    await accept(key)
    await expect(accept()).rejects.toMatchObject({ code: 'conflict' })
    expect(counter.payments.truths.get(order.sessionId)?.refunds).toHaveLength(1)
    expect((await view(id))?.withdrawal.state).toBe('accepted')
    expect((await view(id))?.order).toMatchObject({ state: 'refunded', amountRefunded: 34_900 })
    const [grant] = await counter.database.query<{ revoked_at: Date | null }>(
      'select revoked_at from access_grant where source = $1',
      [`purchase:${order.purchaseId}`],
    )
    expect(grant?.revoked_at).not.toBeNull()
    // A second declaration for the same order has nothing left to refund.
    const again = await declare({ contract: order.number, email: order.email })
    await matchWithdrawal(ctx, again.id)
    expect(
      await acceptWithdrawal(ctx, { withdrawalId: again.id, note: null, actor: operator, key: ctx.ids.uuid() }),
    ).toEqual({ refunded: false })
    expect(counter.payments.truths.get(order.sessionId)?.refunds).toHaveLength(1)
  })

  test("accepting a free order's declaration ends its access, and it stays ended", async () => {
    const order = await sell({
      amountTotal: 0,
      paymentStatus: 'no_payment_required',
      paymentIntentId: null,
      chargeId: null,
    })
    const { id } = await declare({ contract: order.number, email: order.email })
    await matchWithdrawal(ctx, id)
    const accept = () => acceptWithdrawal(ctx, { withdrawalId: id, note: null, actor: operator, key: ctx.ids.uuid() })
    expect(await accept()).toEqual({ refunded: false })
    await settleOrder(ctx, order.sessionId)
    const open = await counter.database.query('select 1 from access_grant where source = $1 and revoked_at is null', [
      `purchase:${order.purchaseId}`,
    ])
    expect(open).toEqual([])
    expect((await view(id))?.withdrawal.state).toBe('accepted')
  })

  test('after a half-done accept the declaration can still mean another order', async () => {
    const [wrong, right] = [await sell(), await sell()]
    const { id } = await declare({ contract: wrong.number, email: wrong.email })
    await matchWithdrawal(ctx, id)
    const accept = (inside = ctx) =>
      acceptWithdrawal(inside, { withdrawalId: id, note: null, actor: operator, key: ctx.ids.uuid() })
    const crashPoint = (name: string) => {
      if (name === 'refund.after-stripe') throw new Error('killed')
    }
    await expect(accept({ ...ctx, crashPoint })).rejects.toThrow('killed')
    await assignWithdrawal(ctx, { withdrawalId: id, order: right.number, actor: operator, key: ctx.ids.uuid() })
    expect(await accept()).toEqual({ refunded: true })
    expect(counter.payments.truths.get(right.sessionId)?.refunds).toHaveLength(1)
    expect((await view(id))?.withdrawal.state).toBe('accepted')
  })

  test('can accept after Stripe has refused once: the next click is another refund', async () => {
    const order = await sell()
    const { id } = await declare({ contract: order.number, email: order.email })
    await matchWithdrawal(ctx, id)
    const refuse = async () => {
      throw new OutsideError('stripe', 'rejected', 'refund: balance_insufficient 400')
    }
    const accept = (inside = ctx) =>
      acceptWithdrawal(inside, { withdrawalId: id, note: null, actor: operator, key: ctx.ids.uuid() })
    await expect(accept({ ...ctx, payments: { ...ctx.payments, refund: refuse } })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await view(id))?.withdrawal.state).toBe('new')
    expect(await accept()).toEqual({ refunded: true })
    expect(counter.payments.truths.get(order.sessionId)?.refunds).toHaveLength(1)
    expect((await view(id))?.withdrawal.state).toBe('accepted')
  })

  test('cannot accept what fits no order, nor a payment that is still on its way', async () => {
    const lost = await declare({ contract: 'irgendwas', email: 'keine@example.de' })
    const pending = await sell({ paymentStatus: 'unpaid', paymentIntentStatus: 'processing', paidAt: null })
    const early = await declare({ contract: pending.number, email: pending.email })
    await matchWithdrawal(ctx, early.id)
    for (const { id } of [lost, early]) {
      await expect(
        acceptWithdrawal(ctx, { withdrawalId: id, note: null, actor: operator, key: ctx.ids.uuid() }),
      ).rejects.toMatchObject({ code: 'conflict', details: { fields: { order: expect.stringMatching(/[.]$/) } } })
      expect((await view(id))?.withdrawal.state).toBe('new')
    }
  })

  test('is warned from the tenth day on, until it is decided', async () => {
    const { id } = await declare({ contract: 'der Kurs', email: 'frist@example.de' })
    const due = async () => (await ctx.alarms.open(ctx.db)).find(({ cause }) => cause === 'withdrawal_due')
    await watchWithdrawals(ctx)
    expect(await due()).toBeUndefined()
    await counter.database.query(`update withdrawal set received_at = now() - interval '10 days' where id = $1`, [id])
    expect(await watchWithdrawals(ctx)).toEqual({ due: 1 })
    expect((await due())?.message).toMatch(
      /^Ein Widerruf wartet .* \d{4} muss das Geld zurück sein\. .*\/admin\/widerrufe/,
    )
    await decideWithdrawal(ctx, {
      withdrawalId: id,
      decision: 'refused',
      note: 'x',
      actor: operator,
      key: ctx.ids.uuid(),
    })
    await watchWithdrawals(ctx)
    expect(await due()).toBeUndefined()
  })

  test('is warned of an old declaration behind any number of newer ones', async () => {
    const { id } = await declare({ contract: 'alt', email: 'alt@example.de' })
    await counter.database.query(`update withdrawal set received_at = now() - interval '12 days' where id = $1`, [id])
    await counter.database.query(`insert into withdrawal (id, received_at, name, contract, email)
      select gen_random_uuid(), now(), 'x', 'flut', 'flut@example.de' from generate_series(1, 210)`)
    expect(await watchWithdrawals(ctx)).toEqual({ due: 1 })
    await counter.database.query(`delete from withdrawal where contract in ('alt', 'flut')`)
  })

  test('can say which order is meant, while nothing is decided', async () => {
    const order = await sell()
    const { id } = await declare({ contract: 'irgendwas', email: 'unklar@example.de' })
    await matchWithdrawal(ctx, id)
    const assign = (text: string) =>
      assignWithdrawal(ctx, { withdrawalId: id, order: text, actor: operator, key: ctx.ids.uuid() })
    await expect(assign('W-2026-6666')).rejects.toMatchObject({ code: 'invalid_input' })
    await assign(order.number)
    expect((await view(id))?.order?.number).toBe(order.number)
    // The job that looks for the order never overrules a person.
    await matchWithdrawal(ctx, id)
    expect((await view(id))?.order?.number).toBe(order.number)
    await decideWithdrawal(ctx, {
      withdrawalId: id,
      decision: 'accepted',
      note: null,
      actor: operator,
      key: ctx.ids.uuid(),
    })
    await expect(assign(order.number)).rejects.toMatchObject({ code: 'conflict' })
  })
})
