import { startLinkClock } from '#domain/access/startLinkClock.ts'
import { sendLetter } from '#domain/mail/sendLetter.ts'
import type { Handler } from '../handler.ts'

export const letterSend: Handler<'letter.send'> = async (ctx, { letterId }) => {
  const sent = await sendLetter(ctx, letterId)
  if (sent.outcome === 'handed_over') await startLinkClock(ctx, { letterId, ...sent })
}
