import { viewerRoute } from '#app/_http/route.ts'
import { listSessions } from '#domain/access/listSessions.ts'

/** Where the person is logged in: device, first and last use; no address of any kind. */
export const GET = viewerRoute({}, async ({ ctx, viewer }) => ({ sessions: await listSessions(ctx, viewer) }))
