import { setImmediate as nextTurn } from 'node:timers/promises'
import { createLetters } from '#emails/letters.ts'
import { createPaper } from '#paper/draw/paper.ts'
import { confirmationPdf } from '#paper/sheets/confirmation.ts'
import { ms, type Report } from './report.ts'

/** 100 purchases a second on two cores leave 20 ms for each; a third of them may go into writing its letter. */
const BUDGET_MS = 6
const PDF_BUDGET_MS = 4
const WARM_UP = 200
const LETTERS = 1_000

const frame = {
  siteUrl: 'https://kurs.example',
  from: 'Werkstatt <hallo@kurs.example>',
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

/** Each order is different, so that no cache of whole letters improves the figure. */
const order = (turn: number) => ({
  name: `Zoë Müßig ${turn}`,
  number: `W-2026-${String(turn).padStart(4, '0')}`,
  productName: 'Die Produktivitäts-Werkstatt',
  amountTotal: 34_900,
  amountRefunded: 0,
  amountSubtotal: 39_900,
  amountDiscount: 5_000,
  amountTax: 5_572,
  currency: 'eur',
  orderedAt: '2026-11-22T13:00:00Z',
  paidAt: new Date(Date.UTC(2026, 10, 22, 13, 2, turn)).toISOString(),
  taxRegime: 'regular',
  accessYears: 5,
  receiptUrl: null,
  termsVersion: '2026-11-22',
  withdrawalVersion: '2026-11-22',
  consent: { startNow: true, acknowledgesLoss: true, textVersion: '2026-11-22', at: '2026-11-22T12:59:58Z' },
  consentTexts: {
    startNow:
      'Ich stimme ausdrücklich zu, dass vor Ablauf der Widerrufsfrist mit der Ausführung des Vertrags begonnen wird.',
    acknowledgesLoss:
      'Mir ist bekannt, dass ich durch diese Zustimmung mit Beginn der Ausführung mein Widerrufsrecht verliere.',
  },
  contents: { modules: 12, lessons: 75, hours: 7 },
  documents: { terms: 'a', withdrawal: 'b' },
})

/** Processor time of one welcome letter, the most expensive kind: in this process, without sending and storing. */
export async function measureLetterCost(report: Report): Promise<void> {
  const letters = createLetters()
  const paper = createPaper(process.cwd())
  const version = letters.versions.welcome ?? 0
  let bytes = 0
  const body = (turn: number) =>
    letters.render('welcome', version, { ...order(turn), frame, link: `${frame.siteUrl}/anmelden/link?token=${turn}` })
  const file = async (turn: number) => {
    bytes = (await confirmationPdf(paper, { data: order(turn), frame })).content.length
  }
  const forBody = await processorMs(body)
  const forFile = await processorMs(file)
  const whole = forBody + forFile
  report.title('One welcome letter, processor time in one process')
  report.note('HTML and plain text', ms(forBody))
  report.judge(
    'PDF of the contract',
    `${ms(forFile)}, ${bytes} bytes`,
    `< ${PDF_BUDGET_MS} ms`,
    forFile < PDF_BUDGET_MS,
  )
  report.judge('both', ms(whole), `< ${BUDGET_MS} ms`, whole < BUDGET_MS)
}

/** Each letter gets a turn of the event loop, as in worker and paper thread: what a stream puts off is done then. */
async function processorMs(work: (turn: number) => Promise<unknown>): Promise<number> {
  const write = async (turn: number) => {
    await work(turn)
    await nextTurn()
  }
  for (let turn = 0; turn < WARM_UP; turn++) await write(turn)
  const before = process.cpuUsage()
  for (let turn = 0; turn < LETTERS; turn++) await write(turn)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / LETTERS
}
