/** Height of a caption's line over its size, as browsers draw it. */
const LINE_HEIGHT = 1.3
/** Most captions have at most two lines on a phone. */
const ROWS = 2

/**
 * Keeps captions at the bottom of the picture, and above the controls while those are shown. `line` counts caption
 * lines from below, so it follows from the controls' height and the font size. Answers a function that stops this.
 */
export function placeCaptions(video: HTMLVideoElement, track: HTMLTrackElement): () => void {
  const controller = video.closest('media-controller')
  const place = () => {
    const hidden = controller?.hasAttribute('userinactive') && !video.paused
    const line = hidden ? 'auto' : -(Math.ceil(controlsHeight(controller) / lineHeight(video)) + ROWS)
    const moved = [...(track.track.cues ?? [])].filter((cue) => cue instanceof VTTCue && cue.line !== line)
    for (const cue of moved) (cue as VTTCue).line = line
    // A caption that is shown already takes its new place only when the track is shown anew.
    if (moved.length === 0 || track.track.mode !== 'showing') return
    track.track.mode = 'hidden'
    track.track.mode = 'showing'
  }
  place()
  track.addEventListener('load', place)
  video.addEventListener('play', place)
  video.addEventListener('pause', place)
  controller?.addEventListener('userinactivechange', place)
  const size = new ResizeObserver(place)
  size.observe(video)
  return () => {
    track.removeEventListener('load', place)
    video.removeEventListener('play', place)
    video.removeEventListener('pause', place)
    controller?.removeEventListener('userinactivechange', place)
    size.disconnect()
  }
}

const controlsHeight = (controller: Element | null): number =>
  [...(controller?.querySelectorAll('media-control-bar') ?? [])].reduce((sum, bar) => sum + bar.clientHeight, 0)

const lineHeight = (video: HTMLVideoElement): number =>
  LINE_HEIGHT * (Number.parseFloat(getComputedStyle(video).getPropertyValue('--cue')) || 24)
