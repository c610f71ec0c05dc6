import { viewerRoute } from '#app/_http/route.ts'
import { offlinePack } from '#domain/learning/offline/offlinePack.ts'

/** What a device keeps for a time without a network: texts and transcripts of the open lessons. */
export const GET = viewerRoute({}, async ({ ctx, viewer }) => ({ ...(await offlinePack(ctx, viewer)) }))
