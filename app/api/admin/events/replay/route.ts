import { z } from 'zod'
import { adminAction } from '#app/_http/adminAction.ts'
import { parseEventKey } from '#components/admin/eventKey.ts'
import { replayEvent } from '#domain/operator/replayEvent.ts'
import { AppError } from '#errors'

const AT_ONCE = 100
const fields = z.object({
  /** `{ "stripe-evt_1": true, … }`: a form's ticks. */
  event: z.record(z.string().max(280), z.unknown(), { error: 'Wähle mindestens ein Ereignis aus.' }),
})

/** Replays one or many events, each under a key made from the form's, so that a second click replays none again. */
export const POST = adminAction(fields, async ({ ctx, input, actor, key }) => {
  const keys = Object.keys(input.event)
  const chosen = keys.map(parseEventKey).filter((one) => one !== null)
  if (chosen.length !== keys.length || keys.length > AT_ONCE || keys.length === 0)
    throw new AppError('invalid_input', 'no events, too many, or not ours', {
      fields: { event: `Wähle 1 bis ${AT_ONCE} Ereignisse aus der Liste.` },
    })
  for (const event of chosen)
    await replayEvent(ctx, { ...event, actor, key: ctx.ids.fromName(`replay:${key}:${event.source}-${event.id}`) })
  const said =
    keys.length === 1
      ? 'Das Ereignis wird noch einmal bearbeitet.'
      : `${keys.length} Ereignisse werden noch einmal bearbeitet.`
  return { said: `${said} Was schon geschehen ist, geschieht nicht zweimal.`, result: { events: keys.length } }
})
