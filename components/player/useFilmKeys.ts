import { type RefObject, useLayoutEffect, useRef } from 'react'
import { askBookmark, askNote, filmMoment } from '#browser/film/filmLink.ts'
import { focusOf, type KeyAction, keyAction } from '#browser/film/keys.ts'
import { playerSettings } from '#browser/film/settings.ts'
import type { PageLesson } from './host.ts'
import type { StageControls } from './useStage.ts'

interface FilmKeys {
  /** The element around the player. */
  place: RefObject<HTMLElement | null>
  /** Whether keys outside of the player may count at all; the learner can also turn them off. */
  onPage: boolean
  /** The lesson that the page shows; without one no key is used. */
  page: RefObject<PageLesson | null>
  /** null while no film runs. */
  controls: RefObject<StageControls | null>
  start: () => Promise<void>
  openHelp: () => Promise<void>
}

/** Lets keys act on the film of the page. */
export function useFilmKeys(input: FilmKeys): void {
  const newest = useRef(input)
  newest.current = input
  // A layout effect, because `EarlyReplay` stops recording in one: no key falls in between.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const { place, onPage } = newest.current
      const inPlayer = place.current?.contains(event.target as Node) || document.fullscreenElement !== null
      const pageKeys = onPage && playerSettings().pageKeys
      const action = keyAction(event, { focus: focusOf(event), inPlayer, pageKeys })
      if (action && act(action, newest.current)) event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** Answers whether the key was used. */
function act(action: KeyAction, { page, controls, start, openHelp }: FilmKeys): boolean {
  const lesson = page.current
  if (!lesson) return false
  if (action.kind === 'help') void openHelp()
  else if (action.kind === 'bookmark' || action.kind === 'note') keep(action.kind, lesson, controls.current)
  else if (controls.current) controls.current.perform(action)
  else if (action.kind === 'toggle') void start()
  else return false
  return true
}

/** A second of the film for the notes of the page; without an account there are none. */
function keep(kind: 'bookmark' | 'note', lesson: PageLesson, controls: StageControls | null): void {
  const { lessonId, learnerId } = lesson
  if (!learnerId) return
  const second = filmMoment(lessonId)?.second ?? lesson.startAt ?? lesson.resumeAt ?? 0
  if (kind === 'bookmark') {
    controls?.say('Stelle gemerkt')
    askBookmark({ lessonId, second })
    return
  }
  const leave = document.fullscreenElement ? document.exitFullscreen() : Promise.resolve()
  void leave.catch(() => {}).then(() => askNote({ lessonId, second }))
}
