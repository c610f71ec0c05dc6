import { z } from 'zod'
import { adminAction, idOf } from '#app/_http/adminAction.ts'
import { seeFlag } from '#domain/sales/afterSale/seeFlag.ts'

/** „Gesehen“: ticks a flag off, which then leaves the list of what needs a person. */
export const POST = adminAction(z.object({ flag: z.string().max(60) }), async ({ ctx, params, input, actor, key }) => {
  await seeFlag(ctx, { purchaseId: idOf(params), flag: input.flag, actor, key })
  return { said: 'Abgehakt. Der Hinweis steht nicht mehr im Überblick.' }
})
