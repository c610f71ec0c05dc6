import { expect, test } from 'vitest'
import { createLetters } from '#emails/letters.ts'
import type { LetterKind } from '#ports'

const letters = createLetters()
const frame = {
  siteUrl: 'https://kurs.example',
  operator: {
    name: 'Erika Beispiel',
    street: 'Werkweg 1',
    postalCode: '12345',
    city: 'Musterstadt',
    country: 'Deutschland',
    email: 'hallo@kurs.example',
    phone: '+49 30 123456',
  },
}
const order = {
  name: 'Max Muster',
  number: 'W-2026-0117',
  productName: 'Die Produktivitäts-Werkstatt',
  amountTotal: 34_900,
  amountRefunded: 34_900,
  currency: 'eur',
  orderedAt: '2026-11-22T13:00:00Z',
}
const link = 'https://kurs.example/anmelden/link?token=abc_-123'
const contract = {
  ...order,
  amountSubtotal: 39_900,
  amountDiscount: 5_000,
  amountTax: 5_572,
  taxRegime: 'regular',
  accessYears: 5,
  paidAt: '2026-11-22T13:02:05Z',
  receiptUrl: null,
  termsVersion: '2026-11-22',
  withdrawalVersion: '2026-11-22',
  consent: { startNow: true, acknowledgesLoss: true, textVersion: '2026-11-22', at: '2026-11-22T12:59:58Z' },
  consentTexts: { startNow: 'Ich stimme zu.', acknowledgesLoss: 'Mir ist bekannt.' },
  contents: { modules: 12, lessons: 75, hours: 7 },
  legal: { withdrawalHtml: '<h2>Widerrufsbelehrung</h2><p>Auch online.</p>', termsHtml: '<p>§ 1 Geltung</p>' },
}
const sold = {
  number: order.number,
  amountTotal: order.amountTotal,
  currency: order.currency,
  at: '2026-11-22T13:02:05Z',
  path: '/admin/bestellungen/1',
}
const inputs: Record<LetterKind, Record<string, unknown>> = {
  welcome: { ...contract, link },
  login: { link, code: '012345' },
  no_access: {},
  payment_pending: order,
  payment_failed: order,
  refund: order,
  address_removed: { number: order.number },
  withdrawal_receipt: {
    name: 'Mara Beispiel',
    contract: order.number,
    email: 'mara@example.de',
    receivedAt: '2026-11-22T13:02:05Z',
  },
  withdrawal_notice: { number: order.number, receivedAt: '2026-11-22T13:02:05Z' },
  operator_sale: sold,
  operator_refund: { ...sold, refundAmount: 34_900, status: 'succeeded' },
  operator_dispute: { ...sold, status: 'needs_response', reason: 'fraudulent', evidenceDueAt: '2026-12-01T10:00:00Z' },
  operator_withdrawal: { receivedAt: '2026-11-22T13:02:05Z', number: order.number, deadline: '2026-12-06T13:02:05Z' },
  operator_alarm: {
    cause: 'mail_quota',
    message: 'Das Mail-Kontingent bei Resend ist aufgebraucht.',
    firstAt: '2026-11-22T13:02:05Z',
    times: 3,
  },
}
const render = (kind: LetterKind, more: Record<string, unknown> = {}) =>
  letters.render(kind, letters.versions[kind] ?? 0, { ...inputs[kind], frame, ...more })

test.each(Object.keys(inputs) as LetterKind[])('%s reads well, carries contact and the way out', async (kind) => {
  const { subject, html, text } = await render(kind)
  expect(subject.length).toBeLessThan(60)
  expect(`${subject}${text}`).not.toMatch(/!|undefined|null|NaN|\[object/)
  for (const part of [html, text]) {
    expect(part).toContain('hallo@kurs.example')
    expect(part).toContain('Werkweg 1')
    expect(part).toContain('https://kurs.example/widerruf')
    expect(part).toContain('Vertrag widerrufen')
  }
  expect(html).toContain('lang="de"')
  expect(html).not.toMatch(/<img|http:\/\/(?!www\.w3\.org)/)
  expect((html.match(/background-color:#F2B632/g) ?? []).length).toBeLessThanOrEqual(1)
  expect(text.split('\n').every((line) => line.length <= 120)).toBe(true)
})

test.each(Object.keys(inputs) as LetterKind[])('%s gives the same bytes each time', async (kind) => {
  expect(await render(kind)).toEqual(await render(kind))
})

test('the welcome letter confirms the contract in full', async () => {
  const { text, html } = await render('welcome')
  const facts = ['W-2026-0117', '349,00', '399,00', '50,00', '55,72', '12 Modulen', '75 Lektionen', '5 Jahre']
  const law = ['„Ich stimme zu.“', '„Mir ist bekannt.“', '13:59:58', 'Widerrufsbelehrung', '§ 1 Geltung', '2026-11-22']
  for (const fact of [...facts, ...law, link]) expect(text).toContain(fact)
  expect(html).toContain('BEZAHLT 14:02')
})

test('without both ticks the right of withdrawal stays, and the letter says so', async () => {
  const consent = { ...contract.consent, acknowledgesLoss: false }
  const { text } = await render('welcome', { consent })
  expect(text).toContain('14 Tage')
  expect(text).not.toContain('erloschen')
})

test('VAT follows the tax regime', async () => {
  const { text } = await render('welcome', { taxRegime: 'small_business', amountTax: 0 })
  expect(text).toContain('§ 19 UStG')
  expect(text).not.toContain('enthalten')
})

test('the login letter has link and code, the code in two groups', async () => {
  const { text } = await render('login')
  expect(text).toContain(link)
  expect(text).toContain('012 345')
})

test('names are text, never markup', async () => {
  const { html } = await render('refund', { name: '<script>alert(1)</script>' })
  expect(html).not.toContain('<script>')
})

test('an unknown version is an error, not another letter', async () => {
  await expect(letters.render('welcome', 99, {})).rejects.toThrow('no template')
})
