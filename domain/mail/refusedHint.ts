import type { Ctx, RefusedCount } from '#ports'

/**
 * A German sentence on how many deliveries we refused today, for an alarm about deliveries that do not come: those may
 * be strangers', or show the reason.
 */
export async function refusedHint(ctx: Ctx, source: RefusedCount['source']): Promise<string> {
  const refused = await ctx.refusedDeliveries.list(ctx.db, { days: 1, source })
  const total = refused.reduce((sum, { times }) => sum + times, 0)
  return total > 0
    ? `Heute wurden ${total} an der Tür abgewiesen; unter /admin/ereignisse steht, warum.`
    : 'Abgewiesen wurde heute keine: Entweder zeigt der Webhook woandershin, oder die Werkstatt war aus.'
}
