import { z } from 'zod'
import { adminAction, idOf, reasonField } from '#app/_http/adminAction.ts'
import { decideWithdrawal } from '#domain/sales/withdrawal/decideWithdrawal.ts'

/** „Ablehnen“, with the note that explains it later. */
export const POST = adminAction(z.object({ note: reasonField }), async ({ ctx, params, input, actor, key }) => {
  await decideWithdrawal(ctx, { withdrawalId: idOf(params), decision: 'refused', note: input.note, actor, key })
  return { said: 'Abgelehnt. Schreib der Person noch, warum: Von selbst geht keine Mail hinaus.' }
})
