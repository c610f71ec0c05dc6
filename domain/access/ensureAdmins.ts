import { promotePerson } from '#domain/access/promotePerson.ts'
import type { Ctx } from '#ports'

/** Every address in `ADMIN_EMAILS` becomes an operator. Idempotent; run at boot by whoever starts first. */
export async function ensureAdmins(ctx: Ctx): Promise<void> {
  for (const email of ctx.settings.adminEmails) {
    const { personId, changed } = await promotePerson(ctx, email, 'settings')
    if (changed) ctx.log.info({ personId }, 'operator set from the settings')
  }
}
