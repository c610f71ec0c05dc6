import { viewerRoute } from '#app/_http/route.ts'
import { planCalendar } from '#domain/learning/plan/planCalendar.ts'

/** The present plan as a file, for calendars that cannot subscribe to a feed. */
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
