import { z } from 'zod'
import { adminAction } from '#app/_http/adminAction.ts'
import { switches } from '#app/admin/pruefstand/switches.ts'
import { settleSoon } from '#domain/sales/settleSoon.ts'
import { AppError } from '#errors'
import { breakages } from '#libs/sandbox.ts'
import { platform } from '#platform'

const what = z.enum([...breakages, 'heal', 'look'], { error: 'Diesen Schalter gibt es nicht. Lade die Seite neu.' })

/** The test bench's switches. Outside of the sandbox this address does not exist. */
export const POST = adminAction(z.object({ what, order: z.string().max(255).optional() }), async ({ ctx, input }) => {
  const { sandbox } = platform()
  if (!sandbox) throw new AppError('not_found', 'no sandbox')
  if (input.what === 'look') {
    await settleSoon(ctx, input.order ?? '')
    return { said: 'Der worker sieht bei Stripe nach, wie es auch die Dankeseite und der Abgleich tun.' }
  }
  if (input.what === 'heal') {
    await sandbox.heal()
    return { said: 'Alles wieder heil: Kein Schalter ist mehr scharf.' }
  }
  if (!(await sandbox.arm(input.what))) throw new AppError('rate_limited', 'too many kills', { retryAfter: 120 })
  return { said: `${switches[input.what].name}: scharf. ${switches[input.what].happens}` }
})
