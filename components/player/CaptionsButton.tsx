'use client'

import { Captions, CaptionsOff } from 'lucide-react'
import { type RefObject, useEffect, useState } from 'react'

const REMEMBERED = 'untertitel'
/** Lines from below, so that captions stand above the controls. */
const CAPTION_LINE = -4

function liftCues(track: TextTrack): void {
  for (const cue of track.cues ?? []) if (cue instanceof VTTCue) cue.line = CAPTION_LINE
}

function remembered(): boolean {
  try {
    return localStorage.getItem(REMEMBERED) === 'an'
  } catch {
    return false
  }
}

/** Our own, because media-chrome's captions button carries `aria-checked` on a plain button. Remembers the choice on this device. */
export function CaptionsButton({ video }: { video: RefObject<HTMLVideoElement | null> }) {
  const [shown, setShown] = useState(remembered)

  useEffect(() => {
    const track = video.current?.textTracks[0]
    if (track) track.mode = shown ? 'showing' : 'hidden'
    try {
      localStorage.setItem(REMEMBERED, shown ? 'an' : 'aus')
    } catch {}
  }, [shown, video])

  useEffect(() => {
    const element = video.current?.querySelector('track')
    if (!element) return
    const lift = () => liftCues(element.track)
    lift()
    element.addEventListener('load', lift)
    return () => element.removeEventListener('load', lift)
  }, [video])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const inFilm = (event.target as Element | null)?.closest?.('.player-stage')
      if (event.key.toLowerCase() === 'c' && inFilm && !event.ctrlKey && !event.metaKey && !event.altKey)
        setShown((now) => !now)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  const Icon = shown ? Captions : CaptionsOff
  return (
    <button type="button" className="player-captions" aria-pressed={shown} onClick={() => setShown(!shown)}>
      <Icon size={22} strokeWidth={1.75} aria-hidden="true" />
      <span className="player-hidden">Untertitel</span>
    </button>
  )
}
