import { type RefObject, useEffect, useRef } from 'react'
import { focusOf, type KeyAction, keyAction } from '#browser/film/keys.ts'
import { playerSettings } from '#browser/film/settings.ts'

interface FilmKeys {
  /** The element around the player. */
  place: RefObject<HTMLElement | null>
  /** True: the key was used. */
  onKey: (action: KeyAction) => boolean
  /** Whether keys outside of the player may count at all; the learner can also turn them off. */
  onPage: boolean
}

export function useFilmKeys(input: FilmKeys): void {
  const newest = useRef(input)
  newest.current = input
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const { place, onKey, onPage } = newest.current
      const inPlayer = place.current?.contains(event.target as Node) || document.fullscreenElement !== null
      const pageKeys = onPage && playerSettings().pageKeys
      const action = keyAction(event, { focus: focusOf(event), inPlayer, pageKeys })
      if (action && onKey(action)) event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}
