import type { Viewer } from '#domain/access/rules.ts'
import type { Ctx } from '#ports'
import { findNotes } from './findNotes.ts'
import { notebook } from './notebook.ts'
import { notebookMarkdown } from './notebookMarkdown.ts'
import { readFilter } from './notebookRules.ts'

/**
 * „Mein Werkstatt-Heft“ as the text of one Markdown file, with the filter of the page's query. Throws `rate_limited`,
 * `database_unavailable`.
 */
export async function notebookText(
  ctx: Ctx,
  input: { viewer: Viewer; query: Record<string, string | undefined> },
): Promise<string> {
  const { viewer, query } = input
  await ctx.limits.consume('notebook_export_per_person', viewer.personId)
  const data = await notebook(ctx, viewer)
  const filter = readFilter(query, data)
  const notes = await findNotes(data, filter.text)
  return notebookMarkdown({ ...data, notes }, filter, { siteUrl: ctx.settings.siteUrl, now: ctx.clock.now() })
}
