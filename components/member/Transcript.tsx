'use client'

import { ArrowDownToLine, Printer } from 'lucide'
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from 'react'
import { askSeek, filmMoment, onFilmMoment } from '#browser/film/filmLink.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { cueAt } from './transcript.ts'

/**
 * Seconds added to the beginning of a line: exactly there Chromium also shows the caption before, until the next jump.
 */
const INTO_LINE = 0.01

/** A new line is scrolled to this share of the frame's height, where people read on. */
const EYE_LEVEL = 0.3

/**
 * The spoken text beside the film: the present line is marked, each line leads to its place. Scrolls along until the
 * reader scrolls, and only inside its own frame: the page never moves. `children` is the list of `TranscriptLines`,
 * which React leaves alone; what changes in it is marked by hand.
 */
export function Transcript({ lessonId, children }: { lessonId: string; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null)
  const lines = useLines(frame, lessonId)
  const active = useActiveCue(lessonId, lines?.starts ?? none)
  const { follows, setFollows, watch } = useFollow(lines, active)
  const [stop, setStop] = useState<number | null>(null)
  const activeLine = lines ? lineOf(lines, active) : -1
  // One stop for the Tab key; the arrow keys go from line to line.
  const tabStop = stop ?? Math.max(0, activeLine)

  useEffect(() => {
    if (lines) mark(lines, { active, activeLine, tabStop })
  }, [lines, active, activeLine, tabStop])

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
    if (!lines) return
    const last = lines.links.length - 1
    const to = { ArrowDown: tabStop + 1, ArrowUp: tabStop - 1, Home: 0, End: last }[event.key]
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const next = Math.max(0, Math.min(to, last))
    setStop(next)
    setFollows(false)
    lines.links[next]?.focus()
  }
  const onFocus = (event: FocusEvent) => {
    const at = lines?.links.indexOf(event.target as HTMLAnchorElement) ?? -1
    if (at >= 0) setStop(at)
  }

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
      {/* biome-ignore lint/a11y/noStaticElementInteractions: one acts on the links inside; their events come here */}
      <div
        className="contents"
        ref={frame}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onBlur={() => setStop(null)}
        {...watch}
      >
        {children}
      </div>
      {!follows && active >= 0 && (
        <button type="button" className="button button-secondary transcript-follow" onClick={() => setFollows(true)}>
          <Icon of={ArrowDownToLine} size={18} /> Zur laufenden Stelle
        </button>
      )}
    </section>
  )
}

/** The list's elements. */
interface Lines {
  box: HTMLElement
  /** A link at the head of each line. */
  links: HTMLAnchorElement[]
  /** A piece of text for each caption. */
  cues: HTMLElement[]
  /** Second at which each caption begins. */
  starts: number[]
}

const none: number[] = []

function useLines(frame: { current: HTMLElement | null }, lessonId: string): Lines | null {
  const [lines, setLines] = useState<Lines | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another lesson has another list
  useEffect(() => {
    const box = frame.current?.firstElementChild as HTMLElement | null
    if (!box) return setLines(null)
    const cues = [...box.querySelectorAll<HTMLElement>('span[data-at]')]
    const starts = cues.map(({ dataset }) => Number(dataset.at))
    setLines({ box, links: [...box.querySelectorAll('a')], cues, starts })
  }, [frame, lessonId])
  return lines
}

/** The line in which a caption stands; −1 for none. */
const lineOf = ({ links, cues }: Lines, active: number): number => {
  const line = cues[active]?.closest('li')
  return line ? links.findIndex((link) => link.parentElement === line) : -1
}

function mark({ links, cues }: Lines, now: { active: number; activeLine: number; tabStop: number }): void {
  for (const [index, link] of links.entries()) {
    setOrRemove(link, 'aria-current', index === now.activeLine)
    setOrRemove(link.parentElement, 'data-active', index === now.activeLine)
    link.tabIndex = index === now.tabStop ? 0 : -1
  }
  for (const [index, cue] of cues.entries()) setOrRemove(cue, 'data-active', index === now.active)
}

function setOrRemove(element: Element | null, name: string, on: boolean): void {
  if (on) element?.setAttribute(name, 'true')
  else element?.removeAttribute(name)
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

function useFollow(lines: Lines | null, active: number) {
  const [follows, setFollows] = useState(true)
  useEffect(() => {
    const line = follows ? lines?.cues[active] : undefined
    if (!lines || !line) return
    const { box } = lines
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    const top = line.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
    box.scrollTo({ top: top - box.clientHeight * EYE_LEVEL, behavior: calm ? 'auto' : 'smooth' })
  }, [lines, active, follows])
  const leave = () => setFollows(false)
  const watch = {
    onWheel: leave,
    onTouchMove: leave,
    // A press on the frame itself can only be on its scroll bar.
    onPointerDown: (event: { target: EventTarget }) => event.target === lines?.box && leave(),
    onKeyUp: (event: KeyboardEvent) => SCROLL_KEYS.has(event.key) && leave(),
  }
  return { follows, setFollows, watch }
}
