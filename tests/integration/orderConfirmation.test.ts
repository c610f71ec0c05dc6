import { afterAll, beforeAll, expect, test } from 'vitest'
import { orderConfirmation } from '#domain/sales/orderConfirmation.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { type Counter, openCounter, paidTruth } from '../kit/counter.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
})
afterAll(() => counter?.close())

test('the confirmation is for its buyer alone, with a proven session', async () => {
  const asked: string[] = []
  const confirmation = async (_db: unknown, letter: { id: string }) => {
    asked.push(letter.id)
    return { filename: 'Vertrag.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF') }
  }
  const ctx = { ...counter.ctx, documents: { ...counter.ctx.documents, confirmation } }
  counter.payments.truths.set('cs_test_pdf', paidTruth('cs_test_pdf'))
  const { purchaseId } = await settleOrder(counter.ctx, 'cs_test_pdf')
  const [row] = await counter.database.query<{ person_id: string; id: string }>(
    `select p.person_id, l.id from purchase p join letter l on l.purchase_id = p.id and l.kind = 'welcome' where p.id = $1`,
    [purchaseId],
  )
  const ask = (personId: string, kind: 'proven' | 'unproven' = 'proven') =>
    orderConfirmation(ctx, { viewer: { personId, kind }, purchaseId: purchaseId ?? '' })
  await counter.database.query(
    `update letter set inputs = jsonb_set(inputs, '{data}', (inputs->'data') - 'documents') where id = $1`,
    [row?.id],
  )
  await expect(ask(row?.person_id ?? '')).rejects.toMatchObject({ code: 'not_found' })
  await counter.database.query(
    `update letter set inputs = jsonb_set(inputs, '{data,documents}', '{"terms":"a","withdrawal":"b"}') where id = $1`,
    [row?.id],
  )
  await expect(ask(counter.ctx.ids.uuid())).rejects.toMatchObject({ code: 'not_found' })
  await expect(ask(row?.person_id ?? '', 'unproven')).rejects.toMatchObject({ code: 'unproven_session' })
  expect(asked).toEqual([])
  expect((await ask(row?.person_id ?? '')).filename).toBe('Vertrag.pdf')
  expect(asked).toEqual([row?.id])
})
