import { Notice } from '#components/ui/Notice.tsx'

interface LessonTextProps {
  /** null while the lesson is locked. */
  html: string | null
  written: boolean
  goal: string
  hasTranscript: boolean
}

/** Section ids our Markdown makes, in the order of the anchors above the text. */
const known = [
  { id: 'text', name: 'Text' },
  { id: 'uebung', name: 'Übung' },
  { id: 'checkliste', name: 'Checkliste' },
]

/** Text, exercise and checklist as anchors on the same page; an unwritten lesson says so. */
export function LessonText({ html, written, goal, hasTranscript }: LessonTextProps) {
  const anchors = known.filter(({ id }) => html?.includes(`<section id="${id}"`))
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
        // biome-ignore lint/security/noDangerouslySetInnerHtml: rendered from our own Markdown, no foreign input
        <div className="prose lesson-text mt-8" dangerouslySetInnerHTML={{ __html: html }} />
      )}
    </>
  )
}
