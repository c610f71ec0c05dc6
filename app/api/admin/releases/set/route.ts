import { z } from 'zod'
import { adminAction, reasonField } from '#app/_http/adminAction.ts'
import { numberField } from '#app/_http/numberField.ts'
import { setRule } from '#domain/learning/releases/setRule.ts'
import type { ReleaseRule } from '#ports'

const text = z.string().max(40).default('')
const fields = z.object({
  target: z.string().max(120),
  kind: z.enum(['now', 'date', 'days'], {
    error: 'Wähle, wonach es öffnet: sofort, an einem Tag, oder nach dem Kauf.',
  }),
  /** „2026-12-01“, for `date`. */
  date: text,
  /** „06:00“, for `date` and `days`. */
  time: text,
  days: numberField,
  reason: reasonField,
})

const ruleOf = ({ kind, date, time, days }: z.output<typeof fields>): ReleaseRule => {
  if (kind === 'now') return { kind }
  return kind === 'date' ? { kind, at: `${date}T${time}` } : { kind, days, time }
}

/** A row over `content/releases.json`, for a module or a lesson. */
export const POST = adminAction(fields, async ({ ctx, input, actor, key }) => {
  const { target, reason } = input
  const { name } = await setRule(ctx, { target, rule: ruleOf(input), reason, actor, key })
  return { said: `${name}: Die neue Regel gilt. Was jemand schon offen hatte, bleibt offen.` }
})
