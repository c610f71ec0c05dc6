import { Repairs } from '#app/admin/Repairs.tsx'
import type { Step } from '#app/admin/steps.ts'
import type { Refused } from '#components/admin/Ask.tsx'
import { Timeline } from '#components/admin/Timeline.tsx'

interface StepListProps {
  id: string
  title: string
  steps: Step[]
  back: string
  refused: Refused | null
}

/** Steps as a Laufzettel, each with the repairs for it. */
export function StepList({ id, title, steps, back, refused }: StepListProps) {
  const offered = new Set<string>()
  return (
    <Timeline
      id={id}
      title={title}
      empty={<p>Noch ist nichts geschehen.</p>}
      steps={steps.map(({ repairs, ...step }) => {
        // The same repair belongs to several steps of an order; one button on the page is enough.
        const fresh = repairs.filter((repair) => {
          const name = JSON.stringify({ ...repair, event: 'event' in repair ? repair.event.id : undefined })
          return !offered.has(name) && offered.add(name)
        })
        return { ...step, repairs: <Repairs repairs={fresh} back={back} refused={refused} /> }
      })}
    />
  )
}
