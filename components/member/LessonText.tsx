import type { ComponentType, ReactNode } from 'react'
import { Notice } from '#components/ui/Notice.tsx'

interface LessonTextProps {
  /** The lesson's. */
  id: string
  /** null while the lesson is locked. */
  html: string | null
  written: boolean
  goal: string
  hasTranscript: boolean
  hasNotes?: boolean
  /** The checklist to tick, in place of the written one. */
  checklist?: ReactNode
  /** Draws ready html (`app/_parts/Slot.tsx`). */
  slot: ComponentType<{ id: string; html: string }>
}

/** Section ids our Markdown makes, in the order of the anchors above the text. */
const known = [
  { id: 'text', name: 'Text' },
  { id: 'uebung', name: 'Übung' },
  { id: 'checkliste', name: 'Checkliste' },
]

/** Text, exercise and checklist as anchors on the same page; an unwritten lesson says so. */
export function LessonText({
  id: lessonId,
  slot: Slot,
  html,
  written,
  goal,
  hasTranscript,
  hasNotes,
  checklist,
}: LessonTextProps) {
  const anchors = known.filter(({ id }) => html?.includes(`<section id="${id}"`))
  if (hasNotes && html !== null) anchors.push({ id: 'notizen', name: 'Notizen' })
  if (hasTranscript) anchors.push({ id: 'mitschrift', name: 'Mitschrift' })
  return (
    <>
      {html !== null && anchors.length > 1 && (
        <nav className="lesson-anchors" aria-label="Auf dieser Seite">
          {anchors.map(({ id, name }) => (
            <a key={id} href={`#${id}`}>
              {name}
            </a>
          ))}
        </nav>
      )}
      <p className="lead mt-8">{goal}</p>
      {html !== null && !written && (
        <Notice kind="wait" className="mt-6" title="Der Text zu dieser Lektion ist noch in Arbeit.">
          <p>Worum es geht, steht schon da. Ausführlicher Text, Checkliste und Mitschrift kommen nach.</p>
        </Notice>
      )}
      {html !== null && (
        <div className="prose lesson-text mt-8">
          {parts(html, checklist).map(({ id, html: part, list }) =>
            list ? (
              <section key={id} id="checkliste" className="lesson-checkliste" aria-labelledby="checkliste-titel">
                <h2 id="checkliste-titel">Checkliste</h2>
                {list}
              </section>
            ) : (
              <Slot key={id} id={`text:${lessonId}:${id}`} html={part} />
            ),
          )}
        </div>
      )}
    </>
  )
}

/** The text before the checklist, the checklist to tick, the text after it; or all of it as it is written. */
function parts(html: string, checklist: ReactNode): { id: string; html: string; list?: ReactNode }[] {
  const found = checklist ? /<section id="checkliste"[\s\S]*?<\/section>/.exec(html) : null
  if (!found) return [{ id: 'all', html }]
  return [
    { id: 'before', html: html.slice(0, found.index) },
    { id: 'list', html: '', list: checklist },
    { id: 'after', html: html.slice(found.index + found[0].length) },
  ].filter(({ html: part, list }) => list || part.trim() !== '')
}
