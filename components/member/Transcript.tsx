import { clock } from '#components/format.ts'
import type { Passage } from '#components/member/transcript.ts'

/** The spoken text beside the film; it scrolls by itself only when the reader does. */
export function Transcript({ passages }: { passages: Passage[] }) {
  return (
    <section className="transcript card p-5" id="mitschrift" aria-labelledby="mitschrift-titel">
      <h2 id="mitschrift-titel" className="mb-2 text-xl">
        Mitschrift
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="transcript-lines" tabIndex={0} aria-label="Gesprochener Text">
        {passages.map((passage) => (
          <p key={passage.from}>
            <span className="measure text-muted">{clock(passage.from)}</span>
            <span>{passage.text}</span>
          </p>
        ))}
      </section>
    </section>
  )
}
