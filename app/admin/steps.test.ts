import { expect, test } from 'vitest'
import { inOrder, type Step } from '#app/admin/steps.ts'

const at = (key: string, time: string | null): Step => ({
  key,
  name: key,
  at: time ? new Date(`2026-11-22T14:03:${time}Z`) : null,
  text: '',
  tone: 'plain',
  wholeSecond: false,
  ids: [],
  repairs: [],
})

test("within one second the order comes before its payment, whose time is Stripe's whole second", () => {
  const steps = [at('grant-1', '07.950'), at('payment-1', '07.000'), at('no-grant', null), at('event-1', '07.700')]
  const sorted = inOrder([...steps, at('draft-1', '07.300'), at('letter-1', '08.100')]).map(({ key }) => key)
  expect(sorted).toEqual(['draft-1', 'payment-1', 'event-1', 'grant-1', 'letter-1', 'no-grant'])
})
