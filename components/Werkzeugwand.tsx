import { Check } from 'lucide'
import { minutes, twoDigits } from '#components/format.ts'
import { Tool } from '#components/Tool.tsx'
import { Icon } from '#components/ui/Icon.tsx'

export interface WallModule {
  number: number
  title: string
  subtitle: string
  tool: string
  seconds: number
  done: boolean
  /** Real lesson titles. */
  lessons: string[]
}

interface WerkzeugwandProps {
  modules: WallModule[]
  /** How many lesson titles each place shows; the rest is counted. */
  titles?: number
  headingLevel?: 2 | 3
}

/** The course as tools on a pegboard: one place a module, the tool filled once the module is done. */
export function Werkzeugwand({ modules, titles = 3, headingLevel = 3 }: WerkzeugwandProps) {
  const Heading = headingLevel === 2 ? 'h2' : 'h3'
  return (
    <ol className="wall">
      {modules.map((module) => {
        const shown = module.lessons.slice(0, titles)
        const rest = module.lessons.length - shown.length
        return (
          <li key={module.number}>
            <span className="wall-number label" aria-hidden="true">
              {twoDigits(module.number)}
            </span>
            <Tool name={module.tool} number={module.number} done={module.done} />
            <Heading className="wall-title">{module.title}</Heading>
            <p className="text-muted">{module.subtitle}</p>
            <ul className="wall-lessons">
              {shown.map((title) => (
                <li key={title}>{title}</li>
              ))}
            </ul>
            <p className="label mt-3">
              {rest > 0 ? `und ${rest} weitere · ` : ''}
              {minutes(module.seconds)}
            </p>
            {module.done && (
              <p className="wall-done">
                <Icon of={Check} size={16} /> geschafft
              </p>
            )}
          </li>
        )
      })}
    </ol>
  )
}
