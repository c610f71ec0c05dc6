import { type RefObject, useEffect } from 'react'
import { placeCaptions } from '#browser/film/captionPlace.ts'
import { changeSettings, onSettings, playerSettings } from '#browser/film/settings.ts'
import type { PlayerSettings } from '#domain/learning/settings/rules.ts'

/**
 * Applies the settings to the element before anything is loaded, and stores what its own controls change. `captions` is
 * the address of the track; another film has another one.
 */
export function useSettingsOnFilm(ref: RefObject<HTMLVideoElement | null>, captions: string | null): void {
  useEffect(() => {
    const video = ref.current
    if (!video) return
    const apply = () => applySettings(video, playerSettings())
    const onRate = () => changeSettings({ rate: video.playbackRate })
    const onVolume = () => changeSettings({ volume: Math.round(video.volume * 100) / 100, muted: video.muted })
    apply()
    const unlisten = onSettings(apply)
    video.addEventListener('ratechange', onRate)
    video.addEventListener('volumechange', onVolume)
    return () => {
      unlisten()
      video.removeEventListener('ratechange', onRate)
      video.removeEventListener('volumechange', onVolume)
    }
  }, [ref])

  useEffect(() => {
    const video = ref.current
    const track = captions && video?.querySelector('track')
    if (!video || !track) return
    showCaptions(video, playerSettings().captions)
    return placeCaptions(video, track)
  }, [ref, captions])
}

function applySettings(video: HTMLVideoElement, settings: PlayerSettings): void {
  // The default rate too, because a new source resets to it.
  if (video.defaultPlaybackRate !== settings.rate) {
    video.defaultPlaybackRate = settings.rate
    video.playbackRate = settings.rate
  }
  if (Math.abs(video.volume - settings.volume) > 0.005) video.volume = settings.volume
  if (video.muted !== settings.muted) video.muted = settings.muted
  showCaptions(video, settings.captions)
}

/** `hidden`, not `disabled`: the text stays loaded and the switch answers at once. */
function showCaptions(video: HTMLVideoElement, shown: boolean): void {
  const track = [...video.textTracks].find(({ kind }) => kind === 'captions')
  if (track) track.mode = shown ? 'showing' : 'hidden'
}
