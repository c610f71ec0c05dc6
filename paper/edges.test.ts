import { expect, test } from 'vitest'
import { qrPattern } from '#libs/qr.ts'
import { createPaper } from '#paper/draw/paper.ts'
import { certificatePdf } from '#paper/sheets/certificate.ts'
import { confirmationPdf } from '#paper/sheets/confirmation.ts'
import { notebookPdf } from '#paper/sheets/notebook.ts'
import type { Operator } from '#ports'
import { beyondEdges, readPdf } from '#tests/kit/pdf.ts'

/** What nobody knew beforehand stays on its sheet and is all there, whatever its script and length. */
const paper = createPaper(process.cwd())
const word = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenhersteller'
const squeezed = (text: string) => text.replace(/\s/g, '')

const operator = { name: 'Erika Beispiel', street: 'Werkweg 1', postalCode: '12345', city: 'Musterstadt' }
const address = { country: 'Deutschland', email: 'hallo@kurs.example', phone: '+49 30 123456' }

const certificate = async (name: string, courseTitle = 'Die Produktivitäts-Werkstatt', seller = operator.name) => {
  const facts = { number: '3479-ACDE-FHJK-MNPQ-RTVW', name, courseTitle, completedOn: '2026-11-25', lessons: 75 }
  const frame = { operator: { ...operator, ...address, name: seller } as unknown as Operator, pattern: qrPattern }
  const siteUrl = 'https://kurs.example'
  return certificatePdf(paper, { ...facts, minutes: 330, modules: [6, 6, 6] }, { ...frame, siteUrl })
}
const frameOfCertificate = { left: 58, right: 58, top: 40, bottom: 30 }

test.each([
  'W'.repeat(80),
  '鬱'.repeat(80),
  'محمد'.repeat(20),
  'श्री'.repeat(20),
  `Łukasz ${'Ж'.repeat(70)}`,
  'Maximiliane Wilhelmine '.repeat(3).trim(),
])('a certificate holds the name %s', async (name) => {
  const { content } = await certificate(name)
  expect(await beyondEdges(content, frameOfCertificate)).toEqual([])
  const { text, pages } = await readPdf(content)
  expect(pages).toBe(1)
  // Only these are read from the page as they were typed; characters that join are read as their shapes.
  if (/^[\p{sc=Latn}\p{sc=Han}\p{sc=Cyrl}\s]+$/u.test(name)) expect(squeezed(text)).toContain(squeezed(name))
})

test('a certificate holds a course and an organiser of any length', async () => {
  const { content } = await certificate('Anna Amsel', word.repeat(3), word.repeat(6))
  expect(await beyondEdges(content, frameOfCertificate)).toEqual([])
  expect((await readPdf(content)).text).toContain('Anna Amsel')
})

const contract = {
  ...{ name: 'Zoë Müßig', number: 'W-2026-0117', productName: 'Die Produktivitäts-Werkstatt', currency: 'eur' },
  ...{ amountTotal: 34_900, amountRefunded: 0, amountSubtotal: 34_900, amountDiscount: 0, amountTax: 5_572 },
  ...{ orderedAt: '2026-11-22T13:00:00Z', paidAt: '2026-11-22T13:02:05Z', taxRegime: 'regular', accessYears: 5 },
  ...{ receiptUrl: null, termsVersion: '2026-11-22', withdrawalVersion: '2026-11-23', contents: null },
  consent: { startNow: false, acknowledgesLoss: false, textVersion: '2026-11-22', at: null },
}
const sheet = { left: 70, right: 92, top: 30, bottom: 8 }

test.each([
  ['Онлайн-курс «Мастерская»', 'Олена Ковальчук'],
  ['生産性ワークショップ', '鬱'.repeat(100)],
  [word.repeat(4), 'W'.repeat(120)],
])('the contract names the goods „%s“ and the buyer', async (productName, name) => {
  const seller = { ...operator, ...address, name: word, street: word.repeat(3), city: word }
  const frame = { siteUrl: 'https://kurs.example', operator: seller }
  const { content } = await confirmationPdf(paper, { data: { ...contract, productName, name }, frame })
  expect(await beyondEdges(content, sheet)).toEqual([])
  const text = squeezed((await readPdf(content)).text)
  expect(text).toContain(squeezed(productName))
  expect(text).toContain(squeezed(name))
})

test.each(['محمد'.repeat(300), 'W'.repeat(900), `https://kurs.example/${'pfad'.repeat(90)}`])(
  'a notebook holds words, titles and a course of any length: %s',
  async (body) => {
    const lesson = { lesson: { slug: 'a', number: 1, title: word.repeat(3) }, bookmarks: [], checklist: [] }
    const notes = Array.from({ length: 40 }, (_, second) => ({ second, body, copyOf: null }))
    const module = { number: 1, title: `שלום ${word.repeat(3)}` }
    const facts = {
      ...{ name: 'W'.repeat(80), courseTitle: `生産性 ${word.repeat(3)}`, at: new Date('2026-11-30T10:00:00Z') },
      filter: { module: null, kind: 'alles' as const, text: '' },
      chapters: [{ module, lessons: [{ ...lesson, notes }] }],
    }
    const chunks: Uint8Array[] = []
    for await (const chunk of (await notebookPdf(paper, facts, { siteUrl: `https://${word.toLowerCase()}.example` }))
      .chunks)
      chunks.push(chunk)
    expect(await beyondEdges(Buffer.concat(chunks), sheet)).toEqual([])
  },
)
