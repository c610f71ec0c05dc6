import { expect, test } from 'vitest'
import { courseRules } from '#domain/learning/courseRules.ts'
import { createContent, readOperator } from '#libs/content.ts'
import { createPaper } from '#paper/draw/paper.ts'
import { confirmationPdf } from '#paper/sheets/confirmation.ts'
import { legalBlocks } from '#paper/sheets/legal.ts'
import { readPdf } from '#tests/kit/pdf.ts'

const root = process.cwd()
const paper = createPaper(root)
const siteUrl = 'https://kurs.example'
const content = createContent(root, courseRules, { siteUrl })
const operator = { ...readOperator(root), name: 'Erika Beispiel', email: 'hallo@kurs.example' }

const frame = {
  siteUrl,
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
const contract = {
  name: 'Zoë Müßig',
  number: 'W-2026-0117',
  productName: 'Die Produktivitäts-Werkstatt',
  amountTotal: 34_900,
  amountRefunded: 0,
  amountSubtotal: 39_900,
  amountDiscount: 5_000,
  amountTax: 5_572,
  currency: 'eur',
  orderedAt: '2026-11-22T13:00:00Z',
  taxRegime: 'regular',
  accessYears: 5,
  paidAt: '2026-11-22T13:02:05Z',
  receiptUrl: null,
  termsVersion: '2026-11-22',
  withdrawalVersion: '2026-11-23',
  consent: { startNow: true, acknowledgesLoss: true, textVersion: '2026-11-22', at: '2026-11-22T12:59:58Z' },
  consentTexts: { startNow: 'Ich stimme ausdrücklich zu.', acknowledgesLoss: 'Mir ist bekannt.' },
  contents: { modules: 12, lessons: 75, hours: 7 },
}
const confirm = (change: Record<string, unknown> = {}) =>
  confirmationPdf(paper, { data: { ...contract, ...change }, frame })

const legalSheet = (page: 'agb' | 'widerruf' | 'datenschutz', html = content.legalHtml(page)) =>
  paper.print({
    title: 'Ein Titel',
    stub: ['AGB', 'FASSUNG 1'],
    blocks: legalBlocks(html, siteUrl),
    foot: [operator.name, operator.email],
    author: operator.name,
    createdAt: new Date('2026-11-22T00:00:00Z'),
  })

test('the confirmation states the contract, its price and both declarations with their time', async () => {
  const { filename, contentType, content: bytes } = await confirm()
  expect({ filename, contentType }).toEqual({
    filename: 'Vertragsbestaetigung-W-2026-0117.pdf',
    contentType: 'application/pdf',
  })
  const { text, info } = await readPdf(bytes)
  const facts = ['Bestätigung deiner Bestellung', 'W-2026-0117', 'Zoë Müßig', 'BEZAHLT 14:02', '349,00', '−50,00']
  const law = ['55,72', '12 Modulen', 'mindestens 5 Jahre', '13:59:58', '„Mir ist bekannt.“', '2026-11-23']
  for (const fact of [...facts, ...law, '22. November 2026, 14:02:05 Uhr', 'Seite 1 von 1'])
    expect(text).toContain(fact)
  expect(info).toMatchObject({ Title: 'Bestätigung deiner Bestellung', Author: 'Erika Beispiel', Language: 'de-DE' })
})

test('without both ticks the confirmation says that the right of withdrawal stays', async () => {
  const { text } = await readPdf((await confirm({ consent: { ...contract.consent, startNow: false } })).content)
  expect(text).toContain('14 Tage lang ohne Begründung widerrufen')
  expect(text).not.toContain('erloschen')
})

test('a name in characters that no face has is left to the letter', async () => {
  const { text } = await readPdf((await confirm({ name: 'Anna 𓀀' })).content)
  expect(text).toContain('Vertrag zwischen dir und Erika Beispiel')
})

test.each([
  'Łukasz Żółć',
  'Nguyễn Thị Ánh',
  'Ιωάννης Παπαδόπουλος',
  'Олена Ковальчук',
  'Արամ Խաչատրյան',
  'ნინო ანანიაშვილი',
  '山田太郎',
  '陳大文',
  'さくら ヤマダ',
  '김민준',
  'สมชาย',
])('the confirmation prints the name %s', async (name) => {
  const { text } = await readPdf((await confirm({ name })).content)
  expect(text).toContain(`Vertrag zwischen ${name} und Erika Beispiel`)
})

test('characters of a name that no face has are named, each once', async () => {
  expect(await paper.unprintable('Anna 𓀀𓀀😀')).toEqual(['𓀀', '😀'])
  for (const name of ['فاطمة الزهراء', 'Anna יעל כהן', 'Olena Ковальчук'])
    expect(await paper.unprintable(name)).toEqual([])
})

test('the same contract always gives the same bytes, a cent more does not', async () => {
  const [first, second, other] = [await confirm(), await confirm(), await confirm({ amountTotal: 34_901 })]
  expect(first.content.equals(second.content)).toBe(true)
  expect(first.content.equals(other.content)).toBe(false)
})

test.each(['agb', 'widerruf', 'datenschutz'] as const)('no word of %s is lost on paper', async (page) => {
  const bytes = await legalSheet(page)
  expect(bytes.equals(await legalSheet(page))).toBe(true)
  const { text, pages } = await readPdf(bytes)
  const squeezed = text.replace(/\s/g, '')
  const words = content
    .legalHtml(page)
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .split(/\s+/)
    .filter((word) => word !== '')
  expect(words.length).toBeGreaterThan(200)
  expect(words.filter((word) => !squeezed.includes(word.replace(/\s/g, '')))).toEqual([])
  for (let number = 1; number <= pages; number++) expect(text).toContain(`Seite ${number} von ${pages}`)
})

test('the instruction has the sentence on the online function and the form a page of its own', async () => {
  const { text } = await readPdf(await legalSheet('widerruf'))
  expect(text).toContain('Sie können Ihr Widerrufsrecht auch online unter https://kurs.example/widerruf ausüben.')
  expect(text).toContain('Hiermit widerrufe(n) ich/wir')
})

test('tables, lists and links become readable paper', async () => {
  const blocks = legalBlocks(
    '<h2>A &amp; B</h2><p>Siehe <a href="/agb">AGB</a>.</p><ul><li>eins</li><li><strong>zwei</strong></li></ul><div class="table-wrap" tabindex="0"><table><thead><tr><th>Was</th></tr></thead><tbody><tr><td>Das</td></tr></tbody></table></div>',
    siteUrl,
  )
  expect(blocks).toEqual([
    { kind: 'h2', text: 'A & B' },
    {
      kind: 'p',
      words: [
        { text: 'Siehe ' },
        { text: 'AGB', href: 'https://kurs.example/agb' },
        { text: ' (https://kurs.example/agb)' },
        { text: '.' },
      ],
    },
    { kind: 'list', ordered: false, items: [[{ text: 'eins' }], [{ text: 'zwei', bold: true }]] },
    { kind: 'table', head: ['Was'], rows: [['Das']] },
  ])
  expect(() => legalBlocks('<p>a</p><dl><dt>b</dt></dl>', siteUrl)).toThrow('<dl>')
})
