import { webhookRoute } from '#app/_http/route.ts'
import { receiveMailEvent } from '#domain/mail/receiveMailEvent.ts'

/** Signature true, stored once together with its job, done. */
export const POST = webhookRoute('resend', ({ ctx, request, raw }) => receiveMailEvent(ctx, raw, request.headers))
