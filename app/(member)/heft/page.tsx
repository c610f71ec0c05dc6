import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { Notebook } from '#components/notes/Notebook.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { notebook } from '#domain/learning/notes/notebook.ts'
import { filterQuery, readFilter } from '#domain/learning/notes/notebookRules.ts'
import { isAppError } from '#errors'

export const metadata: Metadata = { title: 'Mein Werkstatt-Heft', robots: { index: false } }

type Search = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** „Mein Werkstatt-Heft“: all notes, bookmarks and checklists, filtered by the address. */
export default async function NotebookPage({ searchParams }: Search) {
  const [viewer, ctx, search] = await Promise.all([requireViewer(paths.notebook()), pageCtx(), searchParams])
  const data = await notebook(ctx, viewer).catch((error) => {
    if (isAppError(error) && error.code === 'database_unavailable') return null
    throw error
  })
  const filter = readFilter(search, data ?? undefined)
  return (
    <div className="wrap page">
      <h1>Mein Werkstatt-Heft</h1>
      {data ? (
        <Notebook
          learnerId={viewer.personId}
          data={data}
          filter={filter}
          hrefs={{
            book: paths.notebook(),
            pdf: paths.api.notebookExport('pdf', filterQuery(filter)),
            markdown: paths.api.notebookExport('md', filterQuery(filter)),
            workshop: paths.workshop(),
          }}
        />
      ) : (
        <Notice kind="wait" className="mt-6" title="Wir kommen gerade nicht an deine Notizen.">
          <p>Verloren ist nichts. Lade die Seite in einer Minute noch einmal.</p>
        </Notice>
      )}
    </div>
  )
}
