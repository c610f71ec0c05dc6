import type { Metadata } from 'next'
import { sayRefused } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { pageCtx, requireViewer } from '#app/_http/viewer.ts'
import { WeekSheet } from '#components/member/WeekSheet.tsx'
import { Notice } from '#components/ui/Notice.tsx'
import type { Viewer } from '#domain/access/rules.ts'
import { weekView } from '#domain/learning/week/weekView.ts'
import { isAppError } from '#errors'
import type { Ctx } from '#ports'

export const metadata: Metadata = { title: 'Deine Woche', robots: { index: false } }

type Search = { searchParams: Promise<{ woche?: string | string[] }> }

/** The week, or the code that says why there is none to show. */
async function read(ctx: Ctx, viewer: Viewer, day: string | null) {
  try {
    return await weekView(ctx, { viewer, day })
  } catch (error) {
    if (!isAppError(error) || (error.code !== 'invalid_input' && error.code !== 'database_unavailable')) throw error
    if (error.code === 'database_unavailable') sayRefused(error.code)
    return error.code
  }
}

export default async function WeekPage({ searchParams }: Search) {
  const { woche } = await searchParams
  const day = typeof woche === 'string' && woche !== '' ? woche : null
  const [viewer, ctx] = await Promise.all([requireViewer(paths.week({ woche: day })), pageCtx()])
  const week = await read(ctx, viewer, day)
  return (
    <div className="column page">
      {week === 'invalid_input' ? (
        <>
          <h1>Diese Woche gibt es nicht.</h1>
          <p className="lead mt-4">
            Sie liegt noch vor dir, oder das Datum ist keines.{' '}
            <a className="link" href={paths.week()}>
              Zu dieser Woche
            </a>
          </p>
        </>
      ) : week === 'database_unavailable' ? (
        <>
          <h1>Deine Woche</h1>
          <Notice kind="wait" className="mt-6" title="Wir kommen gerade nicht an unsere Daten.">
            <p>Deine Wochen zeigen wir dir gleich wieder. Verloren ist nichts.</p>
          </Notice>
        </>
      ) : (
        <WeekSheet
          week={week}
          hrefs={{
            previous: week.previous && paths.week({ woche: week.previous }),
            next: week.next && paths.week({ woche: week.next }),
            workshop: paths.workshop(),
            notebook: paths.notebook(),
          }}
        />
      )}
    </div>
  )
}
