import { Fragment } from 'react'
import { clock } from '#components/clock.ts'
import type { Passage } from './transcript.ts'

/** The lines of a `Transcript`: each begins with a link to its second, and each caption knows when it is spoken. */
export function TranscriptLines({ passages }: { passages: Passage[] }) {
  return passages.map(({ from, cues }, index) => (
    <li key={from}>
      <a
        className="measure"
        href={`?t=${Math.floor(from)}`}
        data-at={from}
        tabIndex={index === 0 ? undefined : -1}
        aria-label={`Zu ${clock(from)}`}
      >
        {clock(from)}
      </a>
      <p>
        {cues.map(({ at, text }) => (
          <Fragment key={at}>
            <span data-at={at}>{text}</span>{' '}
          </Fragment>
        ))}
      </p>
    </li>
  ))
}
