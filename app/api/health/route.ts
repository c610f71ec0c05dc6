import { route } from '#app/_http/route.ts'

/** The process lives and answers; asks nobody else. */
export const GET = route({}, async () => ({ ok: true }))
