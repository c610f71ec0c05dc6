import { webhookRoute } from '#app/_http/route.ts'
import { receiveMailEvent } from '#domain/mail/receiveMailEvent.ts'

/** Signature true, stored once together with its job, done. */
export const POST = webhookRoute('resend', async ({ ctx, request, raw }) => {
  const stored = await receiveMailEvent(ctx, raw, request.headers)
  return stored === 'duplicate' ? { ok: true, duplicate: true } : { ok: true }
})
