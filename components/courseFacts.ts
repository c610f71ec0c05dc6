import type { Course, CourseModule, Lesson, Operator } from '#ports'

/** Sums of the outline in seconds and counts: no page states a number that is not computed here. */
export function courseFacts(course: Course): {
  modules: number
  lessons: number
  seconds: number
  free: Lesson[]
  longest: number
  weeks: number
  /** Each lesson has its text, exercise, checklist and captions. */
  complete: boolean
} {
  const lengths = course.lessons.map((lesson) => lesson.durationSeconds)
  return {
    modules: course.modules.length,
    lessons: course.lessons.length,
    seconds: lengths.reduce((sum, length) => sum + length, 0),
    free: course.lessons.filter((lesson) => lesson.free),
    longest: Math.max(0, ...lengths),
    weeks: Math.ceil(course.lessons.length / 5),
    complete: course.lessons.every((lesson) => lesson.written && lesson.hasCaptions),
  }
}

export const moduleSeconds = (module: CourseModule) =>
  module.lessons.reduce((sum, lesson) => sum + lesson.durationSeconds, 0)

/** The words beside a price, by tax regime (PAngV § 6; § 19 UStG). */
export const taxWords = (regime: Operator['taxRegime']) =>
  regime === 'regular' ? 'inkl. MwSt.' : 'Endpreis, umsatzsteuerfrei nach § 19 UStG'

/** The first five lessons, Monday to Friday. */
export function weekPlan(course: Course): { day: string; lesson: Lesson }[] {
  return ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag'].flatMap((day, index) => {
    const lesson = course.lessons[index]
    return lesson ? [{ day, lesson }] : []
  })
}
