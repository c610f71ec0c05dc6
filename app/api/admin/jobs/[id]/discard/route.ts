import { z } from 'zod'
import { adminAction } from '#app/_http/adminAction.ts'
import { discardJob } from '#domain/operator/reviveJob.ts'

export const POST = adminAction(z.object({}), async ({ ctx, params, actor, key }) => {
  await discardJob(ctx, { jobId: params.id ?? '', actor, key })
  return { said: 'Erledigt. Der Auftrag ist von der Liste.' }
})
