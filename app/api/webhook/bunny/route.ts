import { webhookRoute } from '#app/_http/webhookRoute.ts'
import { receiveBunnyEvent } from '#domain/video/receiveBunnyEvent.ts'

/** Checks signature and library, stores the delivery once with its job. The job fetches the film again. */
export const POST = webhookRoute('bunny', ({ ctx, request, raw }) => receiveBunnyEvent(ctx, raw, request.headers))
