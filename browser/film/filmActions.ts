import { RATES } from '#domain/learning/settings/rules.ts'
import type { KeyAction } from './keys.ts'
import { changeSettings, playerSettings } from './settings.ts'

/** Moves the film by seconds, inside its bounds. */
function skip(video: HTMLVideoElement, seconds: number): void {
  seekTo(video, video.currentTime + seconds)
}

export function seekTo(video: HTMLVideoElement, second: number): void {
  const end = Number.isFinite(video.duration) ? video.duration : Number.POSITIVE_INFINITY
  video.currentTime = Math.max(0, Math.min(second, end))
}

/** A place behind the film's end is moved to so many seconds before it, so that going there does not end the lesson. */
const LAST_SECONDS = 5

/** The second, or one inside this film: a note or link may name a second of a longer film that was here before. */
export const inFilm = ({ duration }: Pick<HTMLVideoElement, 'duration'>, second: number): number =>
  Number.isFinite(duration) && second >= duration ? Math.max(0, duration - LAST_SECONDS) : second

const togglePlay = (video: HTMLVideoElement): void => {
  if (video.paused) void video.play().catch(() => {})
  else video.pause()
}

/** The next faster or slower of the steps we offer. */
export function stepRate(rate: number, step: -1 | 1): number {
  const found = step > 0 ? RATES.find((one) => one > rate) : RATES.findLast((one) => one < rate)
  return found ?? rate
}

/** The rates that the button goes through in turn; the settings sheet has finer steps. */
const COMMON_RATES = [1, 1.25, 1.5, 2, 0.75]

export const nextCommonRate = (rate: number): number =>
  COMMON_RATES[(COMMON_RATES.indexOf(rate) + 1) % COMMON_RATES.length] ?? 1

type IPhoneVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void }

/** Shows the stage with its controls in full screen, or ends that; an iPhone can show only the film itself. */
async function toggleFullscreen(stage: HTMLElement, video: IPhoneVideo): Promise<void> {
  if (document.fullscreenElement) return document.exitFullscreen()
  if (stage.requestFullscreen) return stage.requestFullscreen()
  video.webkitEnterFullscreen?.()
}

const round = (value: number) => Math.round(value * 100) / 100

/**
 * Does what a key asks for. Answers a word for the short notice on the film, null when the effect is visible anyway.
 */
export function perform(action: KeyAction, video: HTMLVideoElement, stage: HTMLElement): string | null {
  const settings = playerSettings()
  switch (action.kind) {
    case 'toggle':
      togglePlay(video)
      return null
    case 'skip':
      skip(video, action.seconds)
      return `${action.seconds > 0 ? '+' : '−'}${Math.abs(action.seconds)} s`
    case 'share':
      if (Number.isFinite(video.duration)) seekTo(video, action.share * video.duration)
      return `${Math.round(action.share * 100)} %`
    case 'volume': {
      const volume = round(Math.max(0, Math.min(1, (settings.muted ? 0 : settings.volume) + action.by)))
      changeSettings({ volume, muted: volume === 0 })
      return volume === 0 ? 'Ton aus' : `Lautstärke ${Math.round(volume * 100)} %`
    }
    case 'mute':
      changeSettings({ muted: !settings.muted, ...(settings.muted && settings.volume === 0 && { volume: 0.5 }) })
      return settings.muted ? 'Ton an' : 'Ton aus'
    case 'captions':
      changeSettings({ captions: !settings.captions })
      return settings.captions ? 'Untertitel aus' : 'Untertitel an'
    case 'rate': {
      const rate = stepRate(video.playbackRate, action.step)
      changeSettings({ rate })
      return speed(rate)
    }
    case 'fullscreen':
      void toggleFullscreen(stage, video).catch(() => {})
      return null
    default:
      return null
  }
}

/** „1,25-fach“. */
export const speed = (rate: number): string => `${rate.toLocaleString('de-DE')}-fach`
