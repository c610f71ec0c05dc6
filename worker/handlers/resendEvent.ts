import { recordMailEvent } from '#domain/mail/recordMailEvent.ts'
import type { Handler } from '../handler.ts'

export const resendEvent: Handler<'resend.event'> = (ctx, { eventId }) => recordMailEvent(ctx, eventId)
