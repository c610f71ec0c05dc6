import { json } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { databaseCause, missingSettings } from '#app/api/status/causes.ts'
import type { Cause } from '#domain/mail/causes.ts'
import { openCauses } from '#domain/mail/openCauses.ts'
import { isAppError } from '#errors'
import { platform } from '#platform'
import type { Ctx } from '#ports'

/** For alarms and outside monitors: 200, or 503 with causes. Names no person and no order. */
export const GET = route({}, async ({ ctx, ip }) => {
  await ctx.limits.consume('status_per_ip', ip)
  const causes = [...(await causesNow(ctx)), ...missingSettings(platform().config)]
  return json(
    { ok: causes.length === 0, causes },
    { status: causes.length === 0 ? 200 : 503, requestId: ctx.requestId },
  )
})

async function causesNow(ctx: Ctx): Promise<Cause[]> {
  try {
    const causes = await openCauses(ctx)
    const { trouble } = ctx.db.health()
    return trouble ? [databaseCause(trouble), ...causes] : causes
  } catch (error) {
    if (!isAppError(error)) throw error
    return [databaseCause(ctx.db.health().trouble ?? 'unreachable')]
  }
}
