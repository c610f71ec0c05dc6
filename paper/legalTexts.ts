import { createHash } from 'node:crypto'
import type { PaperDesk } from '#paper/desk.ts'
import { legalBlocks } from '#paper/sheets/legal.ts'
import { sellerFoot } from '#paper/sheets/seller.ts'
import type { DocumentKey } from '#paper/shelf.ts'
import type { Attachment, Content, Ids, Operator } from '#ports'

interface Sources {
  content: Content
  operator: Operator
  siteUrl: string
  paper: PaperDesk
  ids: Ids
}

/** A legal text in its present version, and how its PDF is made. */
export interface LegalText {
  key: DocumentKey
  make(): Promise<Attachment>
}

/** The texts that belong to a contract: terms, and the instruction on withdrawal with its form. */
export function legalTexts(sources: Sources): { terms: LegalText; withdrawal: LegalText } {
  const { content, operator } = sources
  return {
    terms: legalText(sources, 'terms', operator.versions.terms, {
      title: 'Allgemeine Geschäftsbedingungen',
      stub: 'AGB',
      filename: 'AGB',
      html: content.legalHtml('agb'),
    }),
    withdrawal: legalText(sources, 'withdrawal', operator.versions.withdrawal, {
      title: 'Dein Widerrufsrecht',
      stub: 'Belehrung und Formular',
      filename: 'Widerrufsbelehrung',
      html: content.withdrawalInstruction(),
    }),
  }
}

/**
 * The version's name alone would hide a text that was edited under it, or another operator's address: the text's own
 * fingerprint stands beside it.
 */
function legalText(
  { operator, siteUrl, paper, ids }: Sources,
  kind: string,
  version: string,
  text: { title: string; stub: string; filename: string; html: string },
): LegalText {
  const foot = sellerFoot(operator)
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([text, foot, siteUrl]))
    .digest('hex')
    .slice(0, 12)
  const name = `${version}.${fingerprint}`
  return {
    key: { id: ids.fromName(`document:${kind}:${name}`), kind, version: name },
    make: async () => ({
      filename: `${text.filename}-${version.replace(/[^\w.-]/g, '_')}.pdf`,
      contentType: 'application/pdf',
      content: await paper.print({
        title: text.title,
        stub: [text.stub, `FASSUNG ${version}`],
        blocks: legalBlocks(text.html, siteUrl),
        foot,
        author: operator.name,
        createdAt: dayOf(version),
      }),
    }),
  }
}

/** A version is a day; any other name gets a fixed one. */
function dayOf(version: string): Date {
  const day = new Date(`${version.slice(0, 10)}T00:00:00Z`)
  return Number.isNaN(day.getTime()) ? new Date('2026-01-01T00:00:00Z') : day
}
