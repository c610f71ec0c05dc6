import { z } from 'zod'
import { adminAction, idOf } from '#app/_http/adminAction.ts'
import { sendLoginLink } from '#domain/access/sendLoginLink.ts'

export const POST = adminAction(z.object({}), async ({ ctx, params, actor, key }) => {
  const { letterId } = await sendLoginLink(ctx, { personId: idOf(params), actor, key })
  return { said: 'Der Anmeldelink ist unterwegs. Er gilt sieben Tage und einmal.', result: { letterId } }
})
