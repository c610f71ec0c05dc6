import { z } from 'zod'
import { adminAction } from '#app/_http/adminAction.ts'
import { dismissAlarm } from '#domain/operator/dismissAlarm.ts'

export const POST = adminAction(z.object({}), async ({ ctx, params, actor, key }) => {
  await dismissAlarm(ctx, { cause: params.cause ?? '', actor, key })
  return { said: 'Erledigt. Kommt die Ursache wieder, meldet sie sich von selbst.' }
})
