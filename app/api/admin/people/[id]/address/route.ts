import { z } from 'zod'
import { adminAction, idOf, reasonField } from '#app/_http/adminAction.ts'
import { accessLimits } from '#domain/access/rules.ts'
import { moveAccountByHand } from '#domain/sales/address/moveAccountByHand.ts'

const fields = z.object({ email: z.string().max(accessLimits.addressLength), reason: reasonField })

/** Moves an account to another address: its sessions, links and codes end, a new letter goes out. */
export const POST = adminAction(fields, async ({ ctx, params, input, actor, key }) => {
  await moveAccountByHand(ctx, { personId: idOf(params), ...input, actor, key })
  return {
    said: 'Die Adresse ist geändert. Alte Links und Anmeldungen gelten nicht mehr, die neue Mail ist unterwegs.',
  }
})
