import { ArrowLeft, ArrowRight } from 'lucide'
import { Icon } from '#components/ui/Icon.tsx'

interface Neighbour {
  slug: string
  number: number
  title: string
}

/** Directly below the film: one lesson back, one on; within reach of a thumb. */
export function LessonSteps({ previous, next }: { previous: Neighbour | null; next: Neighbour | null }) {
  return (
    <nav className="lesson-steps" aria-label="Vor und zurück">
      {previous && (
        <a
          className="button button-secondary"
          href={`/lektionen/${encodeURIComponent(previous.slug)}`}
          aria-label={`Zurück zu Lektion ${previous.number}: ${previous.title}`}
        >
          <Icon of={ArrowLeft} size={18} /> {previous.number}
        </a>
      )}
      {next && (
        <a className="button button-secondary" href={`/lektionen/${encodeURIComponent(next.slug)}`}>
          Weiter: Lektion {next.number} <Icon of={ArrowRight} size={18} />
        </a>
      )}
    </nav>
  )
}
