import { webhookRoute } from '#app/_http/webhookRoute.ts'
import { receiveMailEvent } from '#domain/mail/receiveMailEvent.ts'

/** Checks the signature and stores the event once with its job. */
export const POST = webhookRoute('resend', ({ ctx, request, raw }) => receiveMailEvent(ctx, raw, request.headers))
