import { json } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { databaseCause, missingSettings } from '#app/admin/causeWords.ts'
import { type OpenCauses, openCauses } from '#domain/operator/openCauses.ts'
import { isAppError } from '#errors'
import { platform } from '#platform'
import type { Ctx } from '#ports'

/**
 * For alarms and outside monitors: 200, or 503 with `causes`; `warnings` stand beside either. Names no person and no
 * order.
 */
export const GET = route({}, async ({ ctx, ip }) => {
  await ctx.limits.consume('status_per_ip', ip)
  const { causes, warnings } = await causesNow(ctx)
  const ok = causes.length === 0
  const body = { ok, causes, warnings: [...warnings, ...missingSettings(platform().config)] }
  return json(body, { status: ok ? 200 : 503, requestId: ctx.requestId })
})

async function causesNow(ctx: Ctx): Promise<OpenCauses> {
  try {
    const { causes, warnings } = await openCauses(ctx)
    const { trouble } = ctx.db.health()
    return { causes: trouble ? [databaseCause(trouble), ...causes] : causes, warnings }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { causes: [databaseCause(ctx.db.health().trouble ?? 'unreachable')], warnings: [] }
  }
}
