import { z } from 'zod'
import { adminAction, idOf } from '#app/_http/adminAction.ts'
import { retryLetter } from '#domain/mail/retryLetter.ts'

/** Sends the same letter again under the same idempotency key, so that it cannot arrive twice. */
export const POST = adminAction(z.object({}), async ({ ctx, params, actor, key }) => {
  await retryLetter(ctx, { letterId: idOf(params), actor, key })
  return { said: 'Die Mail wird noch einmal übergeben. Ankommen kann sie nur einmal.' }
})
