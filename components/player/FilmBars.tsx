import { Captions, CaptionsOff, Settings2 } from 'lucide'
import type { RefObject } from 'react'
import { nextCommonRate } from '#browser/film/filmActions.ts'
import { JUMP_SECONDS } from '#browser/film/keys.ts'
import { changeSettings } from '#browser/film/settings.ts'
import { Icon } from '#components/ui/Icon.tsx'
import {
  BackButton,
  ControlBar,
  ForwardButton,
  FullscreenButton,
  MuteButton,
  PipButton,
  PlayButton,
  TimeRange,
  VolumeRange,
} from './elements.ts'
import { FilmClock } from './FilmClock.tsx'
import { usePlayerSettings } from './usePlayerSettings.ts'

interface FilmBarsProps {
  video: RefObject<HTMLVideoElement | null>
  /** Whether this film has captions. */
  captions: boolean
  onSettings: () => void
}

/** The bars under the film: where it is, and what can be done with it. */
export function FilmBars({ video, captions, onSettings }: FilmBarsProps) {
  const settings = usePlayerSettings()
  return (
    <>
      <ControlBar class="player-bar player-bar-time">
        <TimeRange />
      </ControlBar>
      <ControlBar class="player-bar">
        <PlayButton />
        <BackButton seekoffset={JUMP_SECONDS} class="player-wide" />
        <ForwardButton seekoffset={JUMP_SECONDS} class="player-wide" />
        <FilmClock video={video} />
        <span className="player-gap" />
        <MuteButton class="player-wide" />
        <VolumeRange class="player-widest" />
        <button
          type="button"
          className="player-button player-wide player-rate"
          onClick={() => changeSettings({ rate: nextCommonRate(settings.rate) })}
        >
          <span className="player-hidden">Geschwindigkeit </span>
          {settings.rate.toLocaleString('de-DE')}×
        </button>
        {captions && (
          <button
            type="button"
            className="player-button"
            aria-pressed={settings.captions}
            onClick={() => changeSettings({ captions: !settings.captions })}
          >
            <Icon of={settings.captions ? Captions : CaptionsOff} size={22} />
            <span className="player-hidden">Untertitel</span>
          </button>
        )}
        <button type="button" className="player-button" aria-haspopup="dialog" onClick={onSettings}>
          <Icon of={Settings2} size={22} />
          <span className="player-hidden">Einstellungen und Kapitel</span>
        </button>
        <PipButton class="player-widest" />
        <FullscreenButton />
      </ControlBar>
    </>
  )
}
