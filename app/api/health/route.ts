import { buildId } from '#app/_http/buildId.ts'
import { route } from '#app/_http/route.ts'

/** The process lives and answers; asks nobody else. `build`: whose pages it serves, for tabs older than a deploy. */
export const GET = route({}, async () => ({ ok: true, build: buildId }))
