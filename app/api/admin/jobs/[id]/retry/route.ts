import { z } from 'zod'
import { adminAction } from '#app/_http/adminAction.ts'
import { reviveJob } from '#domain/operator/reviveJob.ts'

export const POST = adminAction(z.object({}), async ({ ctx, params, actor, key }) => {
  await reviveJob(ctx, { jobId: params.id ?? '', actor, key })
  return { said: 'Der Auftrag läuft noch einmal. Misslingt er wieder, steht er gleich wieder hier.' }
})
