import type { Lesson, ReleasePlan, ReleaseRule } from '#ports'
import { berlinDaysLater, berlinInstant } from './berlinTime.ts'

/** Rows of `release_override`: a rule per lesson or module, and a shift in days per person. */
export interface ReleaseOverrides {
  lessons: Record<string, ReleaseRule>
  modules: Record<string, ReleaseRule>
  /** Days by which this person's `days` rules come later (or earlier, if negative). */
  personShiftDays: number
}

export const noOverrides: ReleaseOverrides = { lessons: {}, modules: {}, personShiftDays: 0 }

export interface ReleaseOverride {
  rule: ReleaseRule
  shiftDays: number
}

/** The rule that counts for one lesson: row before file, lesson before module before default. */
export function ruleFor(
  lesson: Pick<Lesson, 'id' | 'moduleId'>,
  plan: ReleasePlan,
  overrides: ReleaseOverrides = noOverrides,
): ReleaseOverride {
  const rule =
    overrides.lessons[lesson.id] ??
    overrides.modules[lesson.moduleId] ??
    plan.lessons[lesson.id] ??
    plan.modules[lesson.moduleId] ??
    plan.default
  return { rule, shiftDays: overrides.personShiftDays }
}

export interface Release {
  open: boolean
  /** When it opens or opened; null when it is open without a date, or when the rule needs a grant and there is none. */
  opensAt: Date | null
}

/**
 * Is this lesson open at `now`? Pure, so no clock job can fail to open one. Free lessons are always open; a date
 * counts for everybody; `days` counts from the grant, by calendar days in Berlin. A rule that cannot be read opens
 * (a typing mistake of ours must not lock out somebody who paid). What was once opened stays open: that fact is the
 * caller's (`lesson_opened`), not this function's.
 */
export function release(
  lesson: Pick<Lesson, 'free'>,
  grantStartsAt: Date | null,
  override: ReleaseOverride,
  now: Date,
): Release {
  if (lesson.free || override.rule.kind === 'now') return { open: true, opensAt: null }
  if (override.rule.kind === 'days' && !grantStartsAt) return { open: false, opensAt: null }
  const opensAt =
    override.rule.kind === 'date'
      ? berlinInstant(override.rule.at)
      : berlinDaysLater(grantStartsAt!, override.rule.days + override.shiftDays, override.rule.time)
  if (!opensAt) return { open: true, opensAt: null }
  return { open: opensAt <= now, opensAt }
}
