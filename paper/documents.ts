import { isAppError } from '#errors'
import type { PaperDesk } from '#paper/desk.ts'
import { legalTexts } from '#paper/legalTexts.ts'
import { createShelf } from '#paper/shelf.ts'
import type { Content, Documents, Ids, LegalDocuments, Log, Operator } from '#ports'

export interface DocumentSources {
  content: Content
  operator: Operator
  siteUrl: string
  paper: PaperDesk
  ids: Ids
  log: Log
}

/** What stands behind the port `Documents`: stored PDFs from the shelf, all others drawn for whoever asks. */
export function createDocuments(sources: DocumentSources): Documents {
  const { paper, operator, siteUrl, ids, log } = sources
  const shelf = createShelf()
  let texts: ReturnType<typeof legalTexts> | null = null
  return {
    async legal(db, accepted): Promise<LegalDocuments | null> {
      try {
        texts ??= legalTexts(sources)
        const { terms, withdrawal } = texts
        for (const { key, make } of [terms, withdrawal]) await shelf.ensure(db, key, make)
        const isOlder = accepted && accepted !== operator.versions.terms
        const older = isOlder ? await shelf.findTerms(db, accepted) : null
        return { terms: older ?? terms.key.id, withdrawal: withdrawal.key.id }
      } catch (error) {
        // Without a database the letter must wait. A missing font or a text that cannot be drawn stops only these
        // files.
        if (isDatabaseError(error) || (isAppError(error) && !error.code.startsWith('paper_'))) throw error
        log.error({ err: error }, 'legal texts cannot be made into documents')
        return null
      }
    },
    async confirmation(db, letter) {
      const id = ids.fromName(`document:confirmation:${letter.id}`)
      // Before the first attempt there is hardly ever a stored one, and storing would find it.
      const stored = letter.attempts > 0 ? await shelf.find(db, id) : null
      if (stored) return stored
      const made = await paper.confirmation(letter.inputs)
      const wasFirst = await shelf.store(db, { id, kind: 'confirmation', version: letter.id }, made)
      return wasFirst ? made : shelf.read(db, id)
    },
    read: shelf.read,
    participation: (facts) => paper.certificate(facts, { operator, siteUrl }),
    notebook: (facts, reader) => paper.notebook(facts, { siteUrl }, reader),
    unprintable: (name) => paper.unprintable(name),
  }
}

/** drizzle's own error around a failed query: the transaction is lost, so it must not be swallowed. */
const isDatabaseError = (error: unknown) =>
  error instanceof Error &&
  (error.name === 'DrizzleQueryError' || ((error as { code?: string }).code !== undefined && 'severity' in error))
