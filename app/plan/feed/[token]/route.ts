import { route } from '#app/_http/route.ts'
import { readFeed } from '#domain/learning/plan/planCalendar.ts'

/** `/plan/feed/<token>.ics` for calendar programs. Not in `proxy.ts`: no login, no page policy. */
export const GET = route({}, async ({ ctx, params, request, ip }) => {
  const { text, etag } = await readFeed(ctx, { token: (params.token ?? '').replace(/\.ics$/, ''), ip })
  const headers = { etag, 'cache-control': 'private, no-cache', 'x-robots-tag': 'noindex' }
  if (sameAs(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  return new Response(text, { headers: { ...headers, 'content-type': 'text/calendar; charset=utf-8' } })
})

/** RFC 9110 13.1.2: any of a list, weak or strong. */
const sameAs = (given: string | null, etag: string): boolean =>
  given?.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, ''))) ?? false
