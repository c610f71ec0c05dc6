import { viewerRoute } from '#app/_http/route.ts'
import { planCalendar } from '#domain/learning/plan/planCalendar.ts'

/** The plan as a file, as it stands now: for a calendar that cannot listen to a feed. */
export const GET = viewerRoute({}, async ({ ctx, viewer }) => {
  const { text } = await planCalendar(ctx, viewer)
  return new Response(text, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'attachment; filename="wochenplan.ics"',
      'cache-control': 'private, no-store',
    },
  })
})
