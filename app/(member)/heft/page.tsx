import type { Metadata } from 'next'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { orAway } from '#app/_pages/orAway.ts'
import { Notebook } from '#components/notes/Notebook.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import { notebookPageView } from '#domain/learning/notes/notebookPageView.ts'
import { filterQuery } from '#domain/learning/notes/notebookRules.ts'

export const metadata: Metadata = { title: 'Mein Werkstatt-Heft', robots: { index: false } }

type Search = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** „Mein Werkstatt-Heft“: a page of notes, bookmarks and checklists, chosen by the address. */
export default async function NotebookPage({ searchParams }: Search) {
  const [viewer, ctx, search] = await Promise.all([requireViewer(paths.notebook()), pageCtx(), searchParams])
  const view = await orAway(notebookPageView(ctx, { viewer, query: search }))
  return (
    <div className="wrap page">
      <h1>Mein Werkstatt-Heft</h1>
      {view ? (
        <Notebook
          learnerId={viewer.personId}
          view={view}
          hrefs={{
            book: paths.notebook(),
            pdf: paths.api.notebookExport('pdf', filterQuery(view.filter)),
            markdown: paths.api.notebookExport('md', filterQuery(view.filter)),
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
