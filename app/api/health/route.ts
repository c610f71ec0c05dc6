import { buildId } from '#app/_http/buildId.ts'
import { route } from '#app/_http/route.ts'

/** Tells that the process answers; asks nothing else. `build`: the build it serves, for tabs older than a deploy. */
export const GET = route({}, async () => ({ ok: true, build: buildId }))
