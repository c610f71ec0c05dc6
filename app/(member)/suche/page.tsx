import type { Metadata } from 'next'
import { sayRefused } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { Search } from '#components/search/Search.tsx'
import type { Viewer } from '#domain/access/rules.ts'
import { type SearchResult, searchCourse } from '#domain/learning/search/searchCourse.ts'
import { isAppError } from '#errors'
import type { Ctx } from '#ports'

export const metadata: Metadata = { title: 'Suche', robots: { index: false } }

/** The result, or the code of the refusal, with which the page still shows its field and what was typed. */
async function read(ctx: Ctx, viewer: Viewer, query: string): Promise<SearchResult | string> {
  try {
    await ctx.limits.consume('search_per_person', viewer.personId)
    return await searchCourse(ctx, { viewer, query })
  } catch (error) {
    if (!isAppError(error) || !['database_unavailable', 'rate_limited'].includes(error.code)) throw error
    sayRefused(error.code)
    return error.code
  }
}

export default async function SearchPage({ searchParams }: { searchParams: Promise<{ q?: string | string[] }> }) {
  const { q } = await searchParams
  const query = (Array.isArray(q) ? q[0] : q) ?? ''
  const [viewer, ctx] = await Promise.all([requireViewer(paths.search({ q: query })), pageCtx()])
  const found = await read(ctx, viewer, query)
  return (
    <div className="column page">
      <Search
        typed={query}
        found={typeof found === 'string' ? null : found}
        refusal={typeof found === 'string' ? found : null}
        owner={viewer.courses.length > 0}
      />
    </div>
  )
}
