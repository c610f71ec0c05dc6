import { Lock } from 'lucide'
import { clock } from '#components/clock.ts'
import { moduleSeconds } from '#components/courseFacts.ts'
import { hoursAndMinutes, twoDigits } from '#components/format.ts'
import { Tool } from '#components/Tool.tsx'
import { Icon } from '#components/ui/Icon.tsx'
import type { Course, CourseModule, Lesson } from '#ports'

interface CurriculumProps {
  course: Course
  owner: boolean
  /** When a lesson opens, in words, if not at once; by its id. */
  opens?: Map<string, string>
}

/** Every lesson by name. A visitor can open the free ones, an owner all of them. */
export function Curriculum({ course, owner, opens }: CurriculumProps) {
  return (
    <div className="mt-10">
      {course.modules.map((module) => (
        <section key={module.id} className="curriculum" id={module.id} aria-labelledby={`${module.id}-titel`}>
          <div className="curriculum-head">
            <Tool name={module.tool} number={module.number} done={false} />
            <p className="label mt-3">
              Modul {twoDigits(module.number)} · {module.lessons.length} Lektionen ·{' '}
              {hoursAndMinutes(moduleSeconds(module))}
            </p>
            <h2 id={`${module.id}-titel`} className="mt-1">
              {module.title}
            </h2>
            <p className="mt-2 text-muted">{module.subtitle}</p>
            <p className="mt-3">{module.goal}</p>
            <p className="mt-3 text-muted">{textWords(module)}</p>
          </div>
          <ol className="curriculum-lessons">
            {module.lessons.map((lesson) => (
              <Row key={lesson.id} lesson={lesson} open={owner || lesson.free} opens={opens?.get(lesson.id)} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

/** How far the texts of a module are, once for the module instead of once a lesson. */
function textWords({ lessons }: CourseModule): string {
  const written = lessons.filter((lesson) => lesson.written).length
  if (written === lessons.length) return 'Mit Text und Übung zu jeder Lektion.'
  if (written === 0) return 'Die Texte und Übungen werden noch geschrieben.'
  return `Text und Übung: ${written} von ${lessons.length} fertig, der Rest wird noch geschrieben.`
}

function Row({ lesson, open, opens }: { lesson: Lesson; open: boolean; opens: string | undefined }) {
  return (
    <li>
      <span className="label" aria-hidden="true">
        {twoDigits(lesson.number)}
      </span>
      <p className="flex flex-wrap items-baseline gap-x-2 font-semibold">
        {open ? <a href={`/lektionen/${lesson.slug}`}>{lesson.title}</a> : lesson.title}
        {lesson.free && <span className="tag tag-free font-normal">frei ansehen</span>}
      </p>
      <span className="measure">{clock(lesson.durationSeconds)}</span>
      <p className="curriculum-goal">
        {lesson.goal}
        {opens && (
          <span className="curriculum-opens">
            <Icon of={Lock} size={16} /> {opens}
          </span>
        )}
      </p>
    </li>
  )
}
