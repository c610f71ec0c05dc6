import { type PointerEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { createDoubleTap } from '#browser/film/doubleTap.ts'
import { inFilm, perform, seekTo } from '#browser/film/filmActions.ts'
import { JUMP_SECONDS, type KeyAction } from '#browser/film/keys.ts'

/** What keys and other parts of the page may do with a running film. */
export interface StageControls {
  lessonId(): string
  perform(action: KeyAction): void
  seek(second: number, play: boolean): void
  /** Shows a word on the film for a moment. */
  say(text: string): void
}

const SAID_MS = 1_200

interface Stage {
  video: RefObject<HTMLVideoElement | null>
  stage: RefObject<HTMLElement | null>
  lessonId: string
  say: (text: string) => void
}

/** Hands the host what it may do with the film, as long as the film is there. */
export function useStageControls(
  controls: RefObject<StageControls | null>,
  { video, stage, lessonId, say }: Stage,
): void {
  useEffect(() => {
    const film = video.current
    const box = stage.current
    if (!film || !box) return
    controls.current = {
      lessonId: () => lessonId,
      perform: (action) => {
        const word = perform(action, film, box)
        if (word) say(word)
      },
      seek: (second, play) => {
        seekTo(film, inFilm(film, second))
        if (play) void film.play().catch(() => {})
      },
      say,
    }
    return () => {
      controls.current = null
    }
  }, [controls, video, stage, lessonId, say])
}

/** Two taps on the film's left or right side skip. Answers the stage's handler for a finger that is lifted. */
export function useDoubleTap(controls: RefObject<StageControls | null>) {
  const doubleTap = useRef(createDoubleTap())
  return (event: PointerEvent<HTMLDivElement>) => {
    if (event.pointerType !== 'touch' || !(event.target as Element).matches('media-controller, video')) return
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const side = doubleTap.current((event.clientX - left) / width, event.timeStamp)
    if (side) controls.current?.perform({ kind: 'skip', seconds: side * JUMP_SECONDS })
  }
}

/** Moves a focus inside the player to the end card, and back to the controls when the card goes. */
export function useFocusFollows(stage: RefObject<HTMLElement | null>, covered: boolean) {
  const was = useRef(covered)
  useLayoutEffect(() => {
    const box = stage.current
    if (!box || was.current === covered) return
    was.current = covered
    const here = box.contains(document.activeElement) || document.activeElement === document.body
    if (here)
      box.querySelector<HTMLElement>(covered ? '.player-end-go' : 'media-play-button')?.focus({ preventScroll: true })
  }, [stage, covered])
}

/** A short notice on the film that disappears by itself. */
export function useSaying(): [string, (text: string) => void] {
  const [said, setSaid] = useState('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const say = useRef((text: string) => {
    clearTimeout(timer.current)
    setSaid(text)
    timer.current = setTimeout(() => setSaid(''), SAID_MS)
  })
  useEffect(() => () => clearTimeout(timer.current), [])
  return [said, say.current]
}
