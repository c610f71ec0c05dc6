import { json } from '#app/_http/respond.ts'
import { route } from '#app/_http/route.ts'
import { type Cause, causesOf, missingSettings } from '#app/api/status/causes.ts'
import { listLetters } from '#domain/mail/listLetters.ts'
import { isAppError } from '#errors'
import { platform } from '#platform'

/** For alarms and outside monitors: 200, or 503 with causes. Names no person and no order. */
export const GET = route({}, async ({ ctx }) => {
  const { vitals, config } = platform()
  const causes: Cause[] = missingSettings(config)
  try {
    const [pulse, parked, unknown] = await Promise.all([
      vitals.pulse(),
      listLetters(ctx, { state: 'parked', open: true }),
      listLetters(ctx, { state: 'unknown', open: true }),
    ])
    const letters = { parked: parked.length, unknown: unknown.length }
    causes.unshift(...causesOf(pulse, letters, ctx.clock.now()))
  } catch (error) {
    if (!isAppError(error)) throw error
    causes.unshift({ code: 'database', message: 'Die Datenbank antwortet nicht. Prüfe, ob sie läuft.' })
  }
  return json(
    { ok: causes.length === 0, causes },
    { status: causes.length === 0 ? 200 : 503, requestId: ctx.requestId },
  )
})
