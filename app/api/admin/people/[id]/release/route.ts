import { z } from 'zod'
import { adminAction, idOf, reasonField } from '#app/_http/adminAction.ts'
import { numberField } from '#app/_http/numberField.ts'
import { changePerson, type PersonChange } from '#domain/learning/releases/changePerson.ts'

const day = z.string().max(40).default('')
const fields = z.object({
  kind: z.enum(['shift', 'pause', 'open', 'undo']),
  /** What `undo` takes back. */
  what: z.enum(['shift', 'pause', 'open']).optional(),
  days: numberField,
  from: day,
  to: day,
  reason: reasonField,
})

function changeOf({ kind, what, days, from, to }: z.output<typeof fields>): PersonChange {
  if (kind === 'shift') return { kind, days }
  if (kind === 'pause') return { kind, from, to }
  return kind === 'open' ? { kind } : { kind, what: what ?? 'shift', from }
}

const said: Record<PersonChange['kind'], string> = {
  shift: 'Verschoben. Was schon offen war, bleibt offen.',
  pause: 'Die Pause steht. Was schon offen war, bleibt offen.',
  open: 'Alles ist offen, für diese Person.',
  undo: 'Zurückgenommen. Was inzwischen offen war, bleibt offen.',
}

/** What opens when for one learner: shift, pause, everything open, and each taken back. */
export const POST = adminAction(fields, async ({ ctx, params, input, actor, key }) => {
  const change = changeOf(input)
  await changePerson(ctx, { personId: idOf(params), change, reason: input.reason, actor, key })
  return { said: said[change.kind] }
})
