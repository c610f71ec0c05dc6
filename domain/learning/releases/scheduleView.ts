import { berlinInstant } from '#domain/calendar/berlinTime.ts'
import type { Ctx, Lesson, ReleasePlan, ReleaseRule } from '#ports'
import { noOverrides } from './release.ts'
import { isDrip, wantedRules } from './rules.ts'
import { lookupFor } from './schedule.ts'
import { readRuleRows } from './store.ts'

/** Where a rule comes from; `free`: a free lesson, which needs none. */
export type RuleSource = 'lesson-row' | 'module-row' | 'lesson-file' | 'module-file' | 'default' | 'free'

export interface ScheduleRow {
  /** `module:{id}` or `lesson:{id}`, as `setRule` takes it. */
  target: string
  kind: 'module' | 'lesson'
  number: number
  title: string
  /** Address of the lesson; null for a module. */
  slug: string | null
  rule: ReleaseRule
  source: RuleSource
  /** When its own row was written; null without one. */
  rowAt: Date | null
}

export interface ScheduleView {
  /** Each module, followed by its lessons. */
  rows: ScheduleRow[]
  default: ReleaseRule
  /** True when anything opens later than at once. */
  drip: boolean
}

type Rows = Map<string, { rule: ReleaseRule; updatedAt: Date }>

/** The present schedule, and where each rule comes from. For the operator. Throws `database_unavailable`. */
export async function scheduleView(ctx: Ctx): Promise<ScheduleView> {
  const [rows, plan, course] = [await readRuleRows(ctx.db), ctx.content.releases(), ctx.content.course()]
  const own = (target: string) => rows.get(target)?.updatedAt ?? null
  const view = course.modules.flatMap((module): ScheduleRow[] => [
    {
      target: `module:${module.id}`,
      kind: 'module',
      number: module.number,
      title: module.title,
      slug: null,
      ...ruleOfModule(module.id, plan, rows),
      rowAt: own(`module:${module.id}`),
    },
    ...module.lessons.map(
      (lesson): ScheduleRow => ({
        target: `lesson:${lesson.id}`,
        kind: 'lesson',
        number: lesson.number,
        title: lesson.title,
        slug: lesson.slug,
        ...ruleOfLesson(lesson, plan, rows),
        rowAt: own(`lesson:${lesson.id}`),
      }),
    ),
  ])
  const drip = isDrip(view.filter(({ kind }) => kind === 'lesson').map(({ rule }) => rule))
  return { rows: view, default: plan.default, drip }
}

function ruleOfModule(id: string, plan: ReleasePlan, rows: Rows): Pick<ScheduleRow, 'rule' | 'source'> {
  const row = rows.get(`module:${id}`)
  if (row) return { rule: row.rule, source: 'module-row' }
  const inFile = plan.modules[id]
  return inFile ? { rule: inFile, source: 'module-file' } : { rule: plan.default, source: 'default' }
}

function ruleOfLesson(lesson: Lesson, plan: ReleasePlan, rows: Rows): Pick<ScheduleRow, 'rule' | 'source'> {
  if (lesson.free) return { rule: { kind: 'now' }, source: 'free' }
  const row = rows.get(`lesson:${lesson.id}`)
  if (row) return { rule: row.rule, source: 'lesson-row' }
  const ofModule = ruleOfModule(lesson.moduleId, plan, rows)
  const inFile = plan.lessons[lesson.id]
  return inFile && ofModule.source !== 'module-row' ? { rule: inFile, source: 'lesson-file' } : ofModule
}

/** Lesson → its rule for whoever buys now, as the shop must say it; null while everything opens at once. */
export async function publicSchedule(ctx: Ctx): Promise<Map<string, ReleaseRule> | null> {
  const overrides = (await lookupFor(ctx))(null) ?? noOverrides
  const rules = wantedRules(ctx.content.course(), ctx.content.releases(), overrides)
  return isDrip(rules.values()) ? rules : null
}

/** The next moment at which a lesson opens for everybody; null without one. */
export async function nextPublicOpening(ctx: Ctx): Promise<Date | null> {
  const now = ctx.clock.now()
  const coming = [...((await publicSchedule(ctx))?.values() ?? [])]
    .map((rule) => (rule.kind === 'date' ? berlinInstant(rule.at) : null))
    .filter((at) => at !== null && at > now)
  return coming.reduce((first, at) => (first === null || (at !== null && at < first) ? at : first), null)
}
