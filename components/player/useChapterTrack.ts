import { type RefObject, useEffect } from 'react'
import type { Chapter } from './host.ts'

/**
 * Chapters as a text track of the element, by which media-chrome divides its time line. A track made by script cannot
 * be removed, so the same one is filled anew for each film.
 */
export function useChapterTrack(ref: RefObject<HTMLVideoElement | null>, chapters: Chapter[]): void {
  const text = JSON.stringify(chapters)
  useEffect(() => {
    const video = ref.current
    const all = JSON.parse(text) as Chapter[]
    if (!video) return
    const known = [...video.textTracks].find(({ kind }) => kind === 'chapters')
    if (all.length === 0 && !known) return
    const track = known ?? video.addTextTrack('chapters', 'Kapitel', 'de')
    // The mode is changed twice, because media-chrome reads a track again when its mode changes.
    track.mode = 'hidden'
    const fill = () => {
      for (const cue of [...(track.cues ?? [])]) track.removeCue(cue)
      const end = Number.isFinite(video.duration) ? video.duration : Number.MAX_SAFE_INTEGER
      for (const [index, { at, title }] of all.entries())
        track.addCue(new VTTCue(at, all[index + 1]?.at ?? Math.max(end, at), title))
      track.mode = 'disabled'
      track.mode = 'hidden'
    }
    fill()
    video.addEventListener('loadedmetadata', fill)
    return () => video.removeEventListener('loadedmetadata', fill)
  }, [ref, text])
}
