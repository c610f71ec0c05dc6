'use client'

import { useEffect, useRef } from 'react'
import type { Playback, PlayerError } from './api.ts'
import { CaptionsButton } from './CaptionsButton.tsx'
import {
  BackButton,
  ControlBar,
  Controller,
  ForwardButton,
  FullscreenButton,
  LoadingIndicator,
  MuteButton,
  PlayButton,
  RateButton,
  TimeDisplay,
  TimeRange,
  VolumeRange,
} from './elements.ts'
import { useFilm } from './useFilm.ts'

interface FilmStageProps {
  lessonId: string
  learnerId: string | null
  title: string
  playback: Playback
  /** Seconds. */
  startAt: number
  onStop: (error: PlayerError) => void
  onEnded: () => void
}

/** The film with its controls; loaded with the first play, never before. Space, arrows, M, F and C work everywhere on it. */
export function FilmStage({ lessonId, learnerId, title, playback, startAt, onStop, onEnded }: FilmStageProps) {
  const video = useRef<HTMLVideoElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  useFilm(video, { lessonId, learnerId, playback, startAt, onStop, onEnded })

  useEffect(() => {
    // The button that was pressed is gone; the keyboard goes on where it was.
    stage.current?.querySelector<HTMLElement>('media-play-button')?.focus({ preventScroll: true })
  }, [])

  return (
    <div ref={stage} className="player-stage">
      <Controller class="player-controller" lang="de" hotkeys="noc" autohide="3">
        {/* biome-ignore lint/a11y/useMediaCaption: the track is there whenever the lesson has captions */}
        <video ref={video} slot="media" playsInline preload="auto" aria-label={`Film: ${title}`}>
          {playback.captions && <track kind="captions" src={playback.captions} srcLang="de" label="Deutsch" />}
        </video>
        <LoadingIndicator slot="centered-chrome" noautohide="" />
        <ControlBar class="player-bar player-bar-time">
          <TimeRange />
        </ControlBar>
        <ControlBar class="player-bar">
          <PlayButton />
          <BackButton seekoffset="10" />
          <ForwardButton seekoffset="10" />
          <TimeDisplay showduration="" />
          <span className="player-gap" />
          <MuteButton />
          <VolumeRange class="player-wide" />
          <RateButton rates="0.75 1 1.25 1.5 2" />
          {playback.captions && <CaptionsButton video={video} />}
          <FullscreenButton />
        </ControlBar>
      </Controller>
    </div>
  )
}
