import type { Viewer } from '#domain/access/rules.ts'
import type { Ctx, NotebookFacts, StreamedFile } from '#ports'
import { findNotes } from './findNotes.ts'
import { notebook } from './notebook.ts'
import { arrangeFound, FORMER, type NotebookData, type NotebookFilter, readFilter } from './notebookRules.ts'

/**
 * „Mein Werkstatt-Heft“ as a PDF, with the filter of the page's query. Its bytes come while pages are drawn. Throws
 * `rate_limited`, `database_unavailable`, `paper_busy`, `paper_under_way` (this person's last one is still being
 * drawn), `paper_failed`.
 */
export async function notebookPdf(
  ctx: Ctx,
  input: { viewer: Viewer; query: Record<string, string | undefined>; signal?: AbortSignal },
): Promise<StreamedFile> {
  const { viewer, query } = input
  await ctx.limits.consume('notebook_export_per_person', viewer.personId)
  const data = await notebook(ctx, viewer)
  const filter = readFilter(query, data)
  const found = await findNotes(data, filter.text)
  const facts = {
    name: viewer.name,
    courseTitle: ctx.content.course().title,
    at: ctx.clock.now(),
    filter: { module: chosenModule(data, filter), kind: filter.art, text: filter.text },
    chapters: arrangeFound({ ...data, notes: found }, filter),
  }
  return ctx.documents.notebook(facts, { personId: viewer.personId, signal: input.signal })
}

const chosenModule = ({ modules }: NotebookData, { modul }: NotebookFilter): NotebookFacts['filter']['module'] =>
  modul === FORMER ? 'former' : (modules.find(({ id }) => id === modul) ?? null)
