'use client'

import './stage.css'
import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Trouble } from '#browser/film/filmSource.ts'
import type { Playback, PlayerError } from '#browser/film/playback.ts'
import type { PartError } from '#browser/kit/loadPart.ts'
import { EndCard } from './EndCard.tsx'
import { Controller, LoadingIndicator } from './elements.ts'
import { FilmBars } from './FilmBars.tsx'
import type { PageLesson } from './host.ts'
import { SettingsSheet } from './SettingsSheet.tsx'
import { useChapterTrack } from './useChapterTrack.ts'
import { useFilm } from './useFilm.ts'
import { usePlayerSettings } from './usePlayerSettings.ts'
import { useSettingsOnFilm } from './useSettingsOnFilm.ts'
import { type StageControls, useDoubleTap, useFocusFollows, useSaying, useStageControls } from './useStage.ts'

export interface FilmStageProps {
  lesson: PageLesson
  playback: Playback
  /** Seconds. */
  startAt: number
  controls: RefObject<StageControls | null>
  onStop: (error: PlayerError | PartError) => void
  /** Rejects with a `PlayerError` when the next lesson cannot be played. */
  onNext: () => Promise<void>
  onHelp: () => void
}

const STAGE_ID = 'film'

const troubles: Record<Trouble, string> = {
  offline: 'Keine Verbindung. Was geladen ist, läuft weiter, der Rest kommt von selbst.',
  failing: 'Der Film lädt gerade nicht. Wir versuchen es weiter, deine Stelle bleibt.',
}

/**
 * The film with its controls; loaded with the first play, never before. Stays mounted while lessons change. One
 * component, because everything in it lies over the same `<video>`.
 */
export function FilmStage(props: FilmStageProps) {
  const { lesson, playback, startAt, controls, onStop, onNext, onHelp } = props
  const video = useRef<HTMLVideoElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  const settings = usePlayerSettings()
  const [lines, setLines] = useState<number[]>([])
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [ended, setEnded] = useState(false)
  const [sheet, setSheet] = useState(false)
  const [said, say] = useSaying()
  const { lessonId, learnerId } = lesson

  useSettingsOnFilm(video, playback.captions)
  useFilm(video, { lessonId, learnerId, playback, startAt, onLines: setLines, onTrouble: setTrouble, onStop })
  useChapterTrack(video, lesson.chapters ?? [])

  useStageControls(controls, { video, stage, lessonId, say })
  const onPointerUp = useDoubleTap(controls)

  useEffect(() => {
    // The pressed button has disappeared, so the focus goes to the player.
    if (document.activeElement === document.body || document.activeElement === null)
      stage.current?.querySelector<HTMLElement>('media-play-button')?.focus({ preventScroll: true })
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another film begins anew
  useEffect(() => {
    setEnded(false)
    setTrouble(null)
  }, [playback])

  // Controls below the end card must not get the focus.
  const covered = ended && lesson.after != null
  useFocusFollows(stage, covered)

  return (
    <div
      ref={stage}
      id={STAGE_ID}
      className="player-stage"
      data-caption-size={settings.captionSize}
      onPointerUp={onPointerUp}
    >
      <Controller
        class="player-controller"
        lang="de"
        nohotkeys=""
        novolumepref=""
        nomutedpref=""
        autohide="3"
        fullscreenelement={STAGE_ID}
        inert={covered}
      >
        {/* biome-ignore lint/a11y/useMediaCaption: the track is there whenever the lesson has captions */}
        <video
          ref={video}
          slot="media"
          playsInline
          preload="auto"
          aria-label={`Film: ${lesson.title}`}
          onEnded={() => setEnded(true)}
          onPlay={() => setEnded(false)}
          onSeeking={() => setEnded(false)}
        >
          {playback.captions && (
            <track key={playback.captions} kind="captions" src={playback.captions} srcLang="de" label="Deutsch" />
          )}
        </video>
        <LoadingIndicator slot="centered-chrome" noautohide="" />
        <p slot="top-chrome" className="player-title">
          Lektion {lesson.number} · {lesson.title}
        </p>
        <FilmBars video={video} captions={playback.captions !== null} onSettings={() => setSheet(true)} />
      </Controller>
      <p className="player-said" role="status">
        {said}
      </p>
      <p className="player-trouble" role="status">
        {trouble && troubles[trouble]}
      </p>
      {covered && lesson.after && (
        <EndCard
          key={lessonId}
          after={lesson.after}
          autoplay={settings.autoplay}
          onNext={onNext}
          onAgain={() => controls.current?.seek(0, true)}
        />
      )}
      {sheet && (
        <SettingsSheet
          stage={stage}
          lines={lines}
          captions={playback.captions !== null}
          chapters={lesson.chapters ?? []}
          onSeek={(second) => controls.current?.seek(second, true)}
          onHelp={onHelp}
          onClose={() => setSheet(false)}
        />
      )}
    </div>
  )
}
