import { createHash } from 'node:crypto'
import { and, desc, eq, like } from 'drizzle-orm'
import { document } from '#db/schema.ts'
import { AppError, isAppError } from '#errors'
import type { PaperDesk } from '#paper/desk.ts'
import { legalBlocks } from '#paper/sheets/legal.ts'
import type { Attachment, Content, Db, Documents, Ids, LegalDocuments, Log, Operator } from '#ports'

export interface DocumentSources {
  content: Content
  operator: Operator
  siteUrl: string
  paper: PaperDesk
  ids: Ids
  log: Log
}

/** How many files stay in memory: the legal texts of a few versions. */
const KEPT = 8

interface Wanted {
  id: string
  kind: string
  version: string
  make(): Promise<Attachment>
}

/**
 * Stored PDFs behind the port `Documents`; the only code that touches `document`. Stored, not rendered anew: a retry
 * after a deploy must have the same bytes, whatever became of templates, fonts and libraries
 * (docs/decisions/storedDocuments.md).
 */
export function createDocuments(sources: DocumentSources): Documents {
  const kept = new Map<string, Attachment>()
  const known = new Set<string>()
  let texts: { terms: Wanted; withdrawal: Wanted } | null = null

  async function read(db: Db, id: string): Promise<Attachment> {
    const inMemory = kept.get(id)
    if (inMemory) return inMemory
    const row = await find(db, id)
    if (!row) throw new AppError('not_found', 'document')
    if (row.kind !== 'confirmation') {
      if (kept.size >= KEPT) kept.clear()
      kept.set(id, row)
    }
    return row
  }

  /**
   * The first writer wins, everyone reads what it wrote. A row of a transaction may still vanish, so only settled ones
   * are remembered.
   */
  async function ensure(db: Db, wanted: Wanted): Promise<void> {
    if (known.has(wanted.id)) return
    const [row] = await db.q.select({ id: document.id }).from(document).where(eq(document.id, wanted.id))
    if (!row) await store(db, wanted, await wanted.make())
    if (!db.inTransaction) known.add(wanted.id)
  }

  /** The terms of an earlier version, if they were ever stored; null for the present version. */
  async function acceptedTerms(db: Db, version: string): Promise<string | null> {
    if (version === sources.operator.versions.terms) return null
    const [row] = await db.q
      .select({ id: document.id })
      .from(document)
      .where(and(eq(document.kind, 'terms'), like(document.version, `${version.replace(/[%_\\]/g, '')}.%`)))
      .orderBy(desc(document.createdAt))
      .limit(1)
    return row?.id ?? null
  }

  return {
    async legal(db, accepted): Promise<LegalDocuments | null> {
      try {
        texts ??= legalTexts(sources)
        await ensure(db, texts.terms)
        await ensure(db, texts.withdrawal)
        const older = accepted ? await acceptedTerms(db, accepted) : null
        return { terms: older ?? texts.terms.id, withdrawal: texts.withdrawal.id }
      } catch (error) {
        // Without a database the letter must wait. A missing font or a text that cannot be drawn stops only these
        // files.
        if (isDatabaseError(error) || (isAppError(error) && !error.code.startsWith('paper_'))) throw error
        sources.log.error({ err: error }, 'legal texts cannot be made into documents')
        return null
      }
    },
    async confirmation(db, letter) {
      const id = sources.ids.fromName(`document:confirmation:${letter.id}`)
      // Before the first attempt there is hardly ever a stored one, and storing would find it.
      const stored = letter.attempts > 0 ? await find(db, id) : null
      if (stored) return stored
      const made = await sources.paper.confirmation(letter.inputs)
      const wasFirst = await store(db, { id, kind: 'confirmation', version: letter.id }, made)
      return wasFirst ? made : read(db, id)
    },
    read,
    participation: (facts) => {
      const { paper, operator, siteUrl } = sources
      return paper.certificate(facts, { operator, siteUrl })
    },
    notebook: (facts, reader) => sources.paper.notebook(facts, { siteUrl: sources.siteUrl }, reader),
    unprintable: (name) => sources.paper.unprintable(name),
  }
}

/** drizzle's own error around a failed query: the transaction is lost, so it must not be swallowed. */
const isDatabaseError = (error: unknown) =>
  error instanceof Error &&
  (error.name === 'DrizzleQueryError' || ((error as { code?: string }).code !== undefined && 'severity' in error))

async function find(db: Db, id: string): Promise<(Attachment & { kind: string }) | null> {
  const [row] = await db.q.select().from(document).where(eq(document.id, id))
  return row ? { filename: row.filename, contentType: row.mime, content: row.bytes, kind: row.kind } : null
}

/** false when somebody stored it before. */
async function store(db: Db, key: Omit<Wanted, 'make'>, file: Attachment): Promise<boolean> {
  const { id, kind, version } = key
  const rows = await db.q
    .insert(document)
    .values({ id, kind, version, filename: file.filename, mime: file.contentType, bytes: file.content })
    .onConflictDoNothing()
    .returning({ id: document.id })
  return rows.length === 1
}

function legalTexts(sources: DocumentSources): { terms: Wanted; withdrawal: Wanted } {
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
      // From the first heading on: before it the page speaks of itself.
      html: content.legalHtml('widerruf').replace(/^[\s\S]*?(?=<h2)/, ''),
    }),
  }
}

/**
 * The version's name alone would hide a text that was edited under it, or another operator's address: the text's own
 * fingerprint stands beside it.
 */
function legalText(
  { operator, siteUrl, paper, ids }: DocumentSources,
  kind: string,
  version: string,
  text: { title: string; stub: string; filename: string; html: string },
): Wanted {
  const foot = [
    `${operator.name}, ${operator.street}, ${operator.postalCode} ${operator.city}, ${operator.country}`,
    `${operator.email} · ${operator.phone}`,
  ]
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([text, foot, siteUrl]))
    .digest('hex')
    .slice(0, 12)
  const name = `${version}.${fingerprint}`
  return {
    id: ids.fromName(`document:${kind}:${name}`),
    kind,
    version: name,
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
