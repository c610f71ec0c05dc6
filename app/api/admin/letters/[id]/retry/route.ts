import { z } from 'zod'
import { adminAction, idOf } from '#app/_http/adminAction.ts'
import { retryLetter } from '#domain/mail/retryLetter.ts'

/** The same letter under the same key: it cannot arrive twice. */
export const POST = adminAction(z.object({}), async ({ ctx, params, actor, key }) => {
  await retryLetter(ctx, { letterId: idOf(params), actor, key })
  return { said: 'Die Mail wird noch einmal übergeben. Ankommen kann sie nur einmal.' }
})
