import { demotePerson } from '#domain/access/demotePerson.ts'
import { promotePerson } from '#domain/access/promotePerson.ts'
import { isListed } from '#domain/access/rules.ts'
import { operatorsOfSettings } from '#domain/access/store.ts'
import type { Ctx } from '#ports'

/**
 * At boot the roles follow `ADMIN_EMAILS`: whoever is listed becomes an operator, whoever had the role from the
 * settings and is listed no more loses it. May be repeated. Of several processes with different settings the one that
 * booted last is right (docs/decisions/rolesFollowSettings.md), so no schedule repeats this. An empty list takes no
 * role away: a variable that one process lacks must not lock everybody out. Throws `invalid_input` for a listed address
 * that `normalizeEmail` does not take.
 */
export async function ensureAdmins(ctx: Ctx): Promise<void> {
  const { adminEmails } = ctx.settings
  for (const email of adminEmails) {
    const { personId, changed } = await promotePerson(ctx, email, 'settings')
    if (changed) ctx.log.info({ personId }, 'operator set from the settings')
  }
  if (adminEmails.length === 0) return
  for (const { id, emailNormal } of await operatorsOfSettings(ctx))
    if (!isListed(adminEmails, emailNormal) && (await demotePerson(ctx, id, 'settings')))
      ctx.log.warn({ personId: id }, 'no operator any more: the settings do not name this person')
}
