import { Play } from 'lucide'
import type { MouseEvent } from 'react'
import { askSeek } from '#browser/film/filmLink.ts'
import { clock } from '#components/clock.ts'
import { Icon } from '#components/ui/Icon.tsx'

interface NoteStampProps {
  /** null: about the lesson as a whole. */
  second: number | null
  slug: string | null
  /** The film is on this page and may be watched, so the link moves it instead of leaving the page. */
  here: boolean
}

const PLAYS_FROM = 'Film ab '

/** The note's second as a link into the film. */
export function NoteStamp({ second, slug, here }: NoteStampProps) {
  if (second === null) return <span className="label note-whole">Ganze Lektion</span>
  if (slug === null) return <span className="measure note-whole">{clock(second)}</span>
  const seek = (event: MouseEvent) => {
    if (!here || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    askSeek({ second, play: true })
    document.querySelector('.player')?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <a
      className="note-stamp measure"
      href={`/lektionen/${encodeURIComponent(slug)}?t=${Math.floor(second)}`}
      onClick={seek}
    >
      <Icon of={Play} size={14} className="fill-current" />
      <span className="sr-only">{PLAYS_FROM}</span>
      {clock(second)}
    </a>
  )
}
