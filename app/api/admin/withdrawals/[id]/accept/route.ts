import { z } from 'zod'
import { adminAction, idOf } from '#app/_http/adminAction.ts'
import { accessLimits } from '#domain/access/rules.ts'
import { acceptWithdrawal } from '#domain/sales/withdrawal/acceptWithdrawal.ts'

const fields = z.object({ note: z.string().max(accessLimits.reasonLength).nullish() })

/** „Erstatten und annehmen“. */
export const POST = adminAction(fields, async ({ ctx, params, input, actor, key }) => {
  const { refunded } = await acceptWithdrawal(ctx, {
    withdrawalId: idOf(params),
    note: input.note ?? null,
    actor,
    key,
  })
  return {
    said: refunded
      ? 'Angenommen. Das Geld ist auf dem Weg, der Zugang ist beendet, die Mail über die Erstattung geht von selbst hinaus.'
      : 'Angenommen. Zu erstatten war nichts, und aus dieser Bestellung besteht kein Zugang mehr.',
    result: { refunded },
  }
})
