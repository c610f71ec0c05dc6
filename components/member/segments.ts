import type { RuleSegment } from '#components/Zollstock.tsx'

interface CountedModule {
  number: number
  lessons: { state: string; percent: number; counts: boolean }[]
}

/** A done lesson counts whole, one under way by its watched share, one added later only when it is done. */
export function ruleSegments(modules: CountedModule[]): RuleSegment[] {
  return modules.map((module) => {
    const counted = module.lessons.filter((lesson) => lesson.counts)
    return {
      number: module.number,
      lessons: counted.length,
      done: counted.reduce((sum, lesson) => sum + (lesson.state === 'done' ? 1 : lesson.percent / 100), 0),
    }
  })
}
