import * as magicLink from '#app/api/auth/magic-link/route.ts'
import * as progress from '#app/api/progress/route.ts'
import * as bunny from '#app/api/webhook/bunny/route.ts'
import * as resend from '#app/api/webhook/resend/route.ts'
import * as stripe from '#app/api/webhook/stripe/route.ts'

/**
 * The doors that are knocked on most, answered without Next's way through them: the very same handlers that Next would
 * call, so nothing can differ but the cost (docs/decisions/busyDoors.md). Bundled; development goes through Next.
 */
type Handler = (request: Request, context: { params?: Promise<Record<string, string>> }) => Promise<Response>

const doors = new Map<string, Handler>([
  ['POST /api/webhook/stripe', stripe.POST],
  ['POST /api/webhook/resend', resend.POST],
  ['POST /api/webhook/bunny', bunny.POST],
  ['GET /api/progress', progress.GET],
  ['POST /api/progress', progress.POST],
  ['POST /api/auth/magic-link', magicLink.POST],
])

/** The handler of a busy door; null: Next's. Any other spelling of a path, and any other method, is Next's too. */
export const doorFor = (method: string, path: string): Handler | null => doors.get(`${method} ${path}`) ?? null
