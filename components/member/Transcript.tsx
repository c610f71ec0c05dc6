'use client'

import { ArrowDownToLine, Printer } from 'lucide'
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react'
import { askSeek, filmMoment, onFilmMoment } from '#browser/film/filmLink.ts'
import { clock } from '#components/clock.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { cueAt, type Passage } from './transcript.ts'

/**
 * Seconds added to the beginning of a line: exactly there Chromium also shows the caption before, until the next jump.
 */
const INTO_LINE = 0.01

/** A new line is scrolled to this share of the frame's height, where people read on. */
const EYE_LEVEL = 0.3

/**
 * The spoken text beside the film: the present line is marked, each line leads to its place. Scrolls along until the
 * reader scrolls, and only inside its own frame: the page never moves.
 */
export function Transcript({ lessonId, passages }: { lessonId: string; passages: Passage[] }) {
  const starts = useMemo(() => passages.flatMap(({ cues }) => cues.map(({ at }) => at)), [passages])
  const active = useActiveCue(lessonId, starts)
  const lines = useRef<HTMLOListElement>(null)
  const { follows, setFollows, watch } = useFollow(lines, active)
  const [stop, setStop] = useState<number | null>(null)
  const activePassage = passages.findLastIndex(({ from }) => active >= 0 && from <= (starts[active] ?? -1))
  // One stop for the Tab key; the arrow keys go from line to line.
  const tabStop = stop ?? Math.max(0, activePassage)

  const onClick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    const line = (event.target as Element).closest<HTMLElement>('[data-at]')
    // Selecting text to copy it must not move the film.
    if (!line || !window.getSelection()?.isCollapsed) return
    event.preventDefault()
    setFollows(true)
    askSeek({ second: Number(line.dataset.at) + INTO_LINE, play: true })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: tabStop + 1, ArrowUp: tabStop - 1, Home: 0, End: passages.length - 1 }[event.key]
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const next = Math.max(0, Math.min(to, passages.length - 1))
    setStop(next)
    setFollows(false)
    lines.current?.querySelectorAll<HTMLElement>('a')[next]?.focus()
  }

  let cueIndex = -1
  return (
    <section className="transcript card" id="mitschrift" aria-labelledby="mitschrift-titel">
      <div className="transcript-head">
        <h2 id="mitschrift-titel" className="text-xl">
          Mitschrift
        </h2>
        <button type="button" className="transcript-print" onClick={() => window.print()}>
          <Icon of={Printer} size={18} /> Drucken
        </button>
      </div>
      {/* Each line's time is a link; a click on its text does the same. */}
      <ol
        className="transcript-lines"
        ref={lines}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onBlur={() => setStop(null)}
        {...watch}
      >
        {passages.map(({ from, cues }, index) => (
          <li key={from} data-active={index === activePassage}>
            <a
              className="measure"
              href={`?t=${Math.floor(from)}`}
              data-at={from}
              tabIndex={index === tabStop ? undefined : -1}
              onFocus={() => setStop(index)}
              aria-current={index === activePassage ? 'true' : undefined}
              aria-label={`Zu ${clock(from)}`}
            >
              {clock(from)}
            </a>
            <p>
              {cues.map(({ at, text }) => {
                cueIndex += 1
                return (
                  <span key={at} data-at={at} data-active={cueIndex === active}>
                    {text}{' '}
                  </span>
                )
              })}
            </p>
          </li>
        ))}
      </ol>
      {!follows && active >= 0 && (
        <button type="button" className="button button-secondary transcript-follow" onClick={() => setFollows(true)}>
          <Icon of={ArrowDownToLine} size={18} /> Zur laufenden Stelle
        </button>
      )}
    </section>
  )
}

/** Index of the cue that is spoken now; −1 before the film was started. */
function useActiveCue(lessonId: string, starts: number[]): number {
  const [active, setActive] = useState(-1)
  useEffect(() => {
    const at = (moment: { second: number } | null) => setActive(moment ? cueAt(starts, moment.second) : -1)
    at(filmMoment(lessonId))
    return onFilmMoment((moment) => {
      if (moment.lessonId === lessonId) at(moment)
    })
  }, [lessonId, starts])
  return active
}

const SCROLL_KEYS = new Set(['PageUp', 'PageDown', ' '])

function useFollow(lines: { current: HTMLElement | null }, active: number) {
  const [follows, setFollows] = useState(true)
  useEffect(() => {
    const box = lines.current
    const line = active >= 0 && follows ? box?.querySelector<HTMLElement>('span[data-active="true"]') : null
    if (!box || !line) return
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    const top = line.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
    box.scrollTo({ top: top - box.clientHeight * EYE_LEVEL, behavior: calm ? 'auto' : 'smooth' })
  }, [lines, active, follows])
  const leave = () => setFollows(false)
  const watch = {
    onWheel: leave,
    onTouchMove: leave,
    // A press on the frame itself can only be on its scroll bar.
    onPointerDown: (event: { target: EventTarget; currentTarget: EventTarget }) =>
      event.target === event.currentTarget && leave(),
    onKeyUp: (event: KeyboardEvent) => SCROLL_KEYS.has(event.key) && leave(),
  }
  return { follows, setFollows, watch }
}
