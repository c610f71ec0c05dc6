import { webhookRoute } from '#app/_http/route.ts'
import { receiveBunnyEvent } from '#domain/video/receiveBunnyEvent.ts'

/** Signature true, our library, stored once together with its job, done. The job fetches the film again. */
export const POST = webhookRoute('bunny', ({ ctx, request, raw }) => receiveBunnyEvent(ctx, raw, request.headers))
