import { timeOfDay } from '#domain/calendar/germanWords.ts'
import {
  type ContractInputs,
  contentsSentence,
  contractLines,
  declarations,
  liabilitySentence,
} from '#emails/contract.ts'
import type { Paper } from '#paper/draw/paper.ts'
import type { Block } from '#paper/draw/sheet.ts'
import { sellerFoot, sellerLine } from '#paper/sheets/seller.ts'
import type { Attachment } from '#ports'

/**
 * The confirmation of one contract (§ 312f BGB) as a PDF, from a welcome letter's stored inputs. Terms and the
 * instruction on withdrawal are files of their own.
 */
export async function confirmationPdf(paper: Paper, stored: Record<string, unknown>): Promise<Attachment> {
  const { data, frame } = stored as { data: Omit<ContractInputs, 'frame'>; frame: ContractInputs['frame'] }
  const inputs: ContractInputs = { ...data, frame }
  const { operator, siteUrl } = frame
  const content = await paper.print({
    title: 'Bestätigung deiner Bestellung',
    stub: [inputs.number, `BEZAHLT ${timeOfDay(inputs.paidAt)}`],
    stamped: true,
    blocks: [...(await parties(paper, inputs)), ...goods(inputs), ...withdrawal(inputs, siteUrl)],
    foot: sellerFoot(operator),
    author: operator.name,
    createdAt: new Date(inputs.paidAt),
  })
  return { filename: `Vertragsbestaetigung-${inputs.number}.pdf`, contentType: 'application/pdf', content }
}

const p = (text: string): Block => ({ kind: 'p', words: [{ text }] })
const quiet = (text: string): Block => ({ kind: 'p', words: [{ text }], quiet: true })

async function parties(paper: Paper, { name, frame }: ContractInputs): Promise<Block[]> {
  // A name in characters that no face has would be a row of boxes; the letter around the PDF has the name.
  const buyer = name && (await paper.unprintable(name)).length === 0 ? name : 'dir'
  return [p(`Vertrag zwischen ${buyer} und ${sellerLine(frame.operator)}.`)]
}

function goods(inputs: ContractInputs): Block[] {
  const contents = contentsSentence(inputs)
  return [
    { kind: 'lines', rows: contractLines(inputs) },
    { kind: 'h2', text: 'Was du bekommst' },
    ...(contents ? [p(contents)] : []),
    p(`Dein Zugang besteht mindestens ${inputs.accessYears} Jahre. ${liabilitySentence}`),
  ]
}

function withdrawal(inputs: ContractInputs, siteUrl: string): Block[] {
  const { before, texts, after } = declarations(inputs)
  return [
    { kind: 'h2', text: 'Dein Widerrufsrecht' },
    p(before),
    ...(texts.length > 0
      ? [{ kind: 'list', ordered: true, items: texts.map((text) => [{ text: `„${text}“` }]) } satisfies Block]
      : []),
    ...(after ? [p(after)] : []),
    quiet(
      `Zu diesem Vertrag gehören die AGB in der Fassung ${inputs.termsVersion} und die Widerrufsbelehrung mit Muster-Formular in der Fassung ${inputs.withdrawalVersion}. Beide hängen an derselben Mail. Online widerrufen: ${siteUrl}/widerruf`,
    ),
  ]
}
