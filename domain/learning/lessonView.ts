import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { type CourseView, courseView, type LessonRow, type ModuleRow } from './courseView.ts'

export interface LessonView {
  lesson: LessonRow
  module: Pick<ModuleRow, 'id' | 'number' | 'title' | 'tool' | 'done' | 'total' | 'percent'> & { lessons: LessonRow[] }
  /** Rendered text of our own Markdown; null while locked. */
  html: string | null
  previous: LessonRow | null
  next: LessonRow | null
  /** For a locked lesson: the next one that is open („Offen ist schon: Lektion 12“). */
  openNow: LessonRow | null
  course: Pick<CourseView, 'title' | 'modules' | 'totals' | 'access' | 'next' | 'opensNext'>
  degraded: boolean
}

/** The lesson of „Weiter“; once everything open is done, the nearest open one before the locked one, else the first. */
function openNowOf(view: CourseView, rows: LessonRow[], index: number): LessonRow | null {
  const isOpen = (row: LessonRow) => row.lock === null
  return view.next?.lesson ?? rows.slice(0, index).findLast(isOpen) ?? rows.find(isOpen) ?? null
}

/**
 * One lesson as this viewer may see it. A locked one is shown with its title and the reason (`lesson.lock`,
 * `lesson.opensAt`), without its text. Works without a database. Throws `not_found`.
 */
export async function lessonView(ctx: Ctx, input: { slug: string; viewer: Viewer | null }): Promise<LessonView> {
  const found = ctx.content.lesson(input.slug)
  if (!found) throw new AppError('not_found', `no lesson ${input.slug}`)
  const view = await courseView(ctx, input.viewer)
  const rows = view.modules.flatMap((module) => module.lessons)
  const index = rows.findIndex((row) => row.id === found.id)
  const lesson = rows[index]!
  const module = view.modules.find((one) => one.id === lesson.moduleId)!
  const { id, number, title, tool, done, total, percent, lessons } = module
  return {
    lesson,
    module: { id, number, title, tool, done, total, percent, lessons },
    html: lesson.state === 'locked' ? null : ctx.content.lessonHtml(lesson.id),
    previous: rows[index - 1] ?? null,
    next: rows[index + 1] ?? null,
    openNow: lesson.state === 'locked' ? openNowOf(view, rows, index) : null,
    course: {
      title: view.title,
      modules: view.modules,
      totals: view.totals,
      access: view.access,
      next: view.next,
      opensNext: view.opensNext,
    },
    degraded: view.degraded,
  }
}
