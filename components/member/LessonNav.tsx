import { ArrowLeft, ArrowRight } from 'lucide'
import { clock } from '#components/clock.ts'
import { Icon } from '#components/ui/Icon.tsx'

interface Neighbour {
  slug: string
  number: number
  title: string
  durationSeconds: number
}

/** Links to the next and the previous lesson; the next one comes first for keyboards too. */
export function LessonNav({ previous, next }: { previous: Neighbour | null; next: Neighbour | null }) {
  return (
    <nav className="lesson-nav" aria-label="Lektionen">
      {previous && (
        <a className="card" href={`/lektionen/${encodeURIComponent(previous.slug)}`}>
          <span className="label flex items-center gap-2">
            <Icon of={ArrowLeft} size={18} /> Zurück: Lektion {previous.number}
          </span>
          <strong>{previous.title}</strong>
        </a>
      )}
      {next && (
        <a className="card lesson-next" href={`/lektionen/${encodeURIComponent(next.slug)}`}>
          <span className="label flex items-center gap-2">
            Weiter: Lektion {next.number} · {clock(next.durationSeconds)} <Icon of={ArrowRight} size={18} />
          </span>
          <strong>{next.title}</strong>
        </a>
      )}
    </nav>
  )
}
