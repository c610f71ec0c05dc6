import { AppError } from '#errors'
import type { Ctx, ReleaseRule } from '#ports'
import { noteSchedule } from './noteSchedule.ts'
import { recordOnce } from './recordOnce.ts'
import { checkRule, ruleCode, targetOf } from './rules.ts'
import { forgetSchedule } from './schedule.ts'
import { lockReleases, readRuleRows, removeOverride, writeOverride } from './store.ts'

export interface RuleChange {
  /** `lesson:{id}` or `module:{id}`. */
  target: string
  /** Null removes the row, so that the file counts again. */
  rule: ReleaseRule | null
  reason: string
  /** `person:{id}` of the operator, or `cli`. */
  actor: string
  /** UUID of the form: the same click twice is one change. */
  key: string
}

/**
 * Sets or removes one rule that counts before `content/releases.json`; answers the target's German name. What former
 * rules had opened for anybody stays open, because their end is noted in the same transaction. Other processes follow
 * within five seconds. Throws `invalid_input`, `not_found` (no such lesson or module), `conflict` (nothing to remove,
 * or the key stands for something else).
 */
export async function setRule(ctx: Ctx, change: RuleChange): Promise<{ name: string }> {
  const { target, reason, actor, key } = change
  const found = targetOf(ctx.content.course(), target)
  if (!found) throw new AppError('not_found', `no ${target.slice(0, 80)} in the course`)
  const rule = change.rule && checkRule(change.rule)
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    await lockReleases(db)
    const before = (await readRuleRows(db)).get(target)
    const entry = { id: key, actor, action: rule ? 'release.set' : 'release.remove', target, reason: reason.trim() }
    const asked = { rule: rule ? ruleCode(rule) : 'file' }
    if (!(await recordOnce(inside, entry, asked, before ? ruleCode(before.rule) : 'file'))) return
    // A changed file that was not noted yet may have opened lessons too, so it is noted first.
    await noteSchedule(inside)
    if (rule) await writeOverride(db, target, rule, ctx.clock.now())
    else if (!(await removeOverride(db, target))) throw new AppError('conflict', 'no such row')
    await noteSchedule(inside)
  })
  forgetSchedule(ctx)
  return { name: found.name }
}
