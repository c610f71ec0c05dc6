import { renewalCookies } from '#app/_http/renewal.ts'
import { json } from '#app/_http/respond.ts'
import { viewerRoute } from '#app/_http/route.ts'
import { accessLimits } from '#domain/access/rules.ts'
import { readProgress } from '#domain/learning/readProgress.ts'
import { recordProgress } from '#domain/learning/recordProgress.ts'
import { readReports } from './_reports.ts'

/** Everything this person watched. */
export const GET = viewerRoute({}, ({ ctx, viewer }) => readProgress(ctx, viewer).then((all) => ({ ...all })))

/**
 * 200 with the merged state; 202 `{ stored: 'journal' }` while the database is away: the client keeps its copy until a
 * 200. A session that was confirmed more than a minute ago is renewed, so that it can outlive an outage.
 */
export const POST = viewerRoute({}, async ({ ctx, viewer, request }) => {
  await ctx.limits.consume('progress_per_person', viewer.personId)
  const { single, reports } = await readReports(request)
  const recorded = await recordProgress(ctx, { viewer, reports })
  if (recorded.stored === 'journal')
    return json({ stored: 'journal', refused: recorded.refused }, { status: 202, requestId: ctx.requestId })
  return json(
    { ...(single ? recorded.lessons[0] : {}), ...recorded },
    { requestId: ctx.requestId, cookies: await renewalCookies(ctx, viewer, accessLimits.seenRenewMs) },
  )
})
