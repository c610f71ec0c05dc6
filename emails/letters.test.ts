import { createHash } from 'node:crypto'
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
  documents: { terms: 'a', withdrawal: 'b' },
}
const legal = {
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
  address_change_old: { newMasked: 'n•••@example.de', link },
  address_change_new: { oldMasked: 'm•••@example.de', link },
  address_change_taken: {},
  address_changed: { newMasked: 'n•••@example.de' },
  release_digest: {
    name: 'Mara Beispiel',
    lessons: [{ id: 'a', number: 14, slug: 'zeitprotokoll', title: 'Zeitprotokoll ohne Quälerei', seconds: 187 }],
    mailOff: 'https://kurs.example/mails-aus?token=abc',
  },
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
  operator_warning: { ...sold, type: 'made_with_stolen_card' },
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
  expect(`${subject}${text}`).not.toMatch(/!|undefined|null|NaN|\[object|\p{L}\.\.(?!\.)/u)
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

test('the welcome letter confirms the contract and names its attachments', async () => {
  const { text, html } = await render('welcome')
  const facts = ['W-2026-0117', '349,00', '399,00', '50,00', '55,72', '12 Modulen', '75 Lektionen', '5 Jahre']
  const law = ['„Ich stimme zu.“', '„Mir ist bekannt.“', '13:59:58', '2026-11-22', 'als PDF', '§ 356 Abs. 6 BGB']
  for (const fact of [...facts, ...law, link, 'https://kurs.example/kein-zugang']) expect(text).toContain(fact)
  expect(html).toContain('BEZAHLT 14:02')
})

test('the contract says the length of the film in the words of the shop, and an older letter as it did', async () => {
  const contents = { modules: 12, lessons: 75, hours: 6 }
  const { text } = await render('welcome', { contents: { ...contents, film: '5½ Stunden' } })
  expect(text.replace(/\s+/g, ' ')).toContain('rund 5½ Stunden Film')
  expect((await render('welcome', { contents })).text.replace(/\s+/g, ' ')).toContain('rund 6 Stunden Film')
})

test.each([1, 2, 3])('version %i holds the legal texts themselves where nothing is attached', async (version) => {
  const { text } = await letters.render('welcome', version, {
    ...inputs.welcome,
    ...legal,
    documents: undefined,
    frame,
  })
  for (const law of ['Widerrufsbelehrung', 'Auch online.', '§ 1 Geltung']) expect(text).toContain(law)
})

test('letters queued before a deploy keep their bytes', async () => {
  const digest = async (kind: LetterKind, version: number) => {
    const all = await letters.render(kind, version, { ...inputs[kind], ...legal, frame })
    return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16)
  }
  const queued = [
    await digest('welcome', 1),
    await digest('welcome', 2),
    await digest('refund', 1),
    await digest('login', 1),
  ]
  expect(queued).toEqual(['7a6a0764b0ee7751', '81889e3707931dd9', '45c7e84c40677bb9', '093dfd25f4ca4afd'])
})

test('an invoice of Stripe is linked with its number, and only then', async () => {
  expect((await render('welcome')).text).not.toContain('Rechnung')
  const invoice = { invoiceNumber: 'RE-0007', invoiceUrl: 'https://invoice.stripe.example/i/7' }
  const { text, html } = await render('welcome', invoice)
  expect(text).toContain('RE-0007')
  expect(html).toContain('href="https://invoice.stripe.example/i/7"')
})

test('a refund in part keeps the access, one in full ends it', async () => {
  const full = await render('refund')
  expect(full.text).toContain('Der Zugang aus dieser Bestellung ist damit beendet.')
  const part = await render('refund', { amountRefunded: 15_000, refundAmount: 5_000, accessEnds: false })
  expect(part.subject).toContain('einen Teil')
  expect(part.text).toContain('Die Werkstatt bleibt für dich offen.')
  expect(part.text).toMatch(/Diese Erstattung:\s+50,00/)
  expect(part.text).toMatch(/Erstattet insgesamt:\s+150,00/)
})

test('the receipt of a withdrawal states content, date and second, and nothing about validity', async () => {
  const { text } = await render('withdrawal_receipt')
  for (const fact of ['22. November 2026, 14:02:05 Uhr (MEZ)', 'W-2026-0117', 'Mara Beispiel', 'mara@example.de'])
    expect(text).toContain(fact)
  expect(text).toMatch(/Ob der Widerruf wirksam ist, prüft bei uns ein Mensch/)
  const summer = await render('withdrawal_receipt', { receivedAt: '2026-10-25T00:30:00Z' })
  expect(summer.text).toContain('25. Oktober 2026, 02:30:00 Uhr (MESZ)')
})

test('the old address learns the number of the order and nothing else', async () => {
  const { html, text } = await render('address_removed')
  expect(text).toContain('W-2026-0117')
  expect(html).not.toContain('background-color:#F2B632')
})

test('moving an account asks both mailboxes, and tells a taken one only that it is', async () => {
  for (const kind of ['address_change_old', 'address_change_new'] as const)
    expect((await render(kind)).text).toContain(link)
  expect((await render('address_change_old')).text).toContain('n•••@example.de')
  const taken = await render('address_change_taken')
  expect(taken.text).toContain('https://kurs.example/anmelden')
  expect(taken.text).not.toContain('token=')
})

test('letters to the operator say number and cause in the subject and lead into the admin area', async () => {
  const expected: [LetterKind, string, string][] = [
    ['operator_sale', 'Verkauf W-2026-0117: 349,00\u00a0€', '/admin/bestellungen/1'],
    ['operator_refund', 'Erstattung W-2026-0117: 349,00\u00a0€', '/admin/bestellungen/1'],
    ['operator_dispute', 'Anfechtung W-2026-0117: antworten', '/admin/bestellungen/1'],
    ['operator_warning', 'Betrugswarnung W-2026-0117', '/admin/bestellungen/1'],
    ['operator_withdrawal', 'Widerruf zu W-2026-0117', '/admin/widerrufe'],
    ['operator_alarm', 'Störung: mail_quota', '/admin'],
  ]
  for (const [kind, subject, path] of expected) {
    const letter = await render(kind)
    expect(letter.subject).toBe(subject)
    expect(letter.html).toContain(`href="https://kurs.example${path}"`)
  }
  expect((await render('operator_sale')).text).toMatch(/Du\smusst\snichts\stun/)
  const twice = await render('operator_sale', { flags: ['double_payment', 'partial_refund'] })
  expect(twice.subject).toBe('Verkauf W-2026-0117: 349,00\u00a0€, sieh nach')
  expect(twice.text).toMatch(/Erstatte\s+eine\s+der\s+beiden\s+Zahlungen/)
  expect(twice.text).not.toMatch(/musst\snichts/)
  const back = await render('operator_dispute', { refunded: true })
  expect(back.text).toMatch(/Beleg\s+der\s+Erstattung/)
  expect(back.text).not.toMatch(/ruht/)
  expect((await render('operator_dispute', { refunded: true, status: 'won' })).text).toMatch(/Zugang\s+bleibt\s+zu/)
  expect((await render('operator_dispute')).text).toMatch(/ruht\s+der\s+Zugang/)
  const failed = await render('operator_refund', { status: 'failed' })
  expect(failed.text).toMatch(/liegt wieder auf deinem\s+Stripe-Konto/)
  const strange = await render('operator_dispute', { status: 'new_word', reason: 'new_reason', evidenceDueAt: null })
  expect(strange.text).toContain('Stripe meldet: new_word')
  expect((await render('operator_dispute')).text).toContain('1. Dezember 2026, 11:00:00 Uhr')
  expect((await render('operator_withdrawal', { number: null })).subject).toBe('Widerruf ohne passende Bestellung')
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

test('the digest names what opened, leads there, and can be ended', async () => {
  const { subject, html, text } = await render('release_digest')
  expect(subject).toBe('Neu offen: Lektion 14, Zeitprotokoll ohne Quälerei')
  expect(text).toContain('Lektion 14, Zeitprotokoll ohne Quälerei')
  expect(html).toContain('href="https://kurs.example/lektionen/zeitprotokoll"')
  expect(html).toContain('href="https://kurs.example/mails-aus?token=abc"')
  expect(text).toContain('höchstens einmal am Tag')
  const title = 'Ein Titel, der so lang ist, dass er in keinem Betreff Platz hat'
  const lessons = Array.from({ length: 75 }, (_, index) => ({
    id: `l${index}`,
    number: index + 1,
    slug: 's',
    title,
    seconds: 60,
  }))
  const many = await render('release_digest', { lessons })
  expect(many.subject).toBe('Neu offen: 75 Lektionen')
  expect(many.text).toContain('Und 63 weitere')
  expect((await render('release_digest', { lessons: lessons.slice(0, 1) })).subject).toBe('Neu offen: Lektion 1')
})

test('names are text, never markup', async () => {
  const { html } = await render('refund', { name: '<script>alert(1)</script>' })
  expect(html).not.toContain('<script>')
})

test('an unknown version is an error, not another letter', async () => {
  await expect(letters.render('welcome', 99, {})).rejects.toThrow('no template')
})
