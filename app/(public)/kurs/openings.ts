import { openingMoment } from '#components/format.ts'
import { ruleWords } from '#components/releaseWords.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { courseView } from '#domain/learning/courseView.ts'
import { publicSchedule } from '#domain/learning/releases/scheduleView.ts'
import type { Ctx } from '#ports'

/**
 * Lesson id → when it opens, in words: for an owner the moment, for a visitor the rule that will count for them. Null
 * when nothing opens later.
 */
export async function openingsFor(ctx: Ctx, owner: Viewer | null): Promise<Map<string, string> | null> {
  const rules = await publicSchedule(ctx)
  if (!rules) return null
  const words = owner
    ? (await courseView(ctx, owner)).modules
        .flatMap((module) => module.lessons)
        .filter(({ lock }) => lock === 'not_released')
        .map(({ id, opensAt }): [string, string] => [id, opensAt ? `öffnet ${openingMoment(opensAt)}` : 'noch zu'])
    : [...rules]
        .filter(([, rule]) => rule.kind !== 'now')
        .map(([id, rule]): [string, string] => [id, `öffnet ${ruleWords(rule)}`])
  return words.length > 0 ? new Map(words) : null
}
