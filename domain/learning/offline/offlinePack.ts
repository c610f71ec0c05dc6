import type { Viewer } from '#domain/access/rules.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'
import { courseView } from '../courseView.ts'

export interface OfflineLesson {
  slug: string
  id: string
  number: number
  title: string
  goal: string
  module: { number: number; title: string }
  durationSeconds: number
  done: boolean
  /** Rendered text of our own Markdown. */
  html: string
  /** WebVTT; null without a transcript. */
  captions: string | null
}

export interface OfflinePack {
  courseTitle: string
  /** ISO instant. */
  madeAt: string
  /** What this learner may read now, in the order of the course. */
  lessons: OfflineLesson[]
  /** Lessons that are not open yet. */
  locked: number
}

/**
 * Texts and captions of the lessons that are open for this learner, for a device that will be without a network; no
 * films. Throws `no_grant` or `grant_revoked` without access, `database_unavailable`.
 */
export async function offlinePack(ctx: Ctx, viewer: Viewer): Promise<OfflinePack> {
  const view = await courseView(ctx, viewer)
  if (view.degraded) throw new AppError('database_unavailable')
  if (view.access === 'revoked') throw new AppError('grant_revoked')
  if (view.access !== 'active') throw new AppError('no_grant')
  const rows = view.modules.flatMap((module) => module.lessons.map((lesson) => ({ module, lesson })))
  const open = rows.filter(({ lesson }) => lesson.state !== 'locked')
  return {
    courseTitle: view.title,
    madeAt: ctx.clock.now().toISOString(),
    locked: rows.length - open.length,
    lessons: open.map(({ module, lesson }) => ({
      slug: lesson.slug,
      id: lesson.id,
      number: lesson.number,
      title: lesson.title,
      goal: lesson.goal,
      module: { number: module.number, title: module.title },
      durationSeconds: lesson.durationSeconds,
      done: lesson.state === 'done',
      html: ctx.content.lessonHtml(lesson.id),
      captions: ctx.content.captions(lesson.id),
    })),
  }
}
