'use client'

import './stage.css'
import { Captions, CaptionsOff, Settings2 } from 'lucide'
import { type PointerEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Playback, PlayerError } from '#browser/film/api.ts'
import { createDoubleTap } from '#browser/film/doubleTap.ts'
import { inFilm, nextCommonRate, perform, seekTo } from '#browser/film/filmActions.ts'
import type { Trouble } from '#browser/film/filmSource.ts'
import type { KeyAction } from '#browser/film/keys.ts'
import { changeSettings } from '#browser/film/settings.ts'
import type { PartError } from '#browser/kit/loadPart.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { EndCard } from './EndCard.tsx'
import {
  BackButton,
  ControlBar,
  Controller,
  ForwardButton,
  FullscreenButton,
  LoadingIndicator,
  MuteButton,
  PipButton,
  PlayButton,
  TimeRange,
  VolumeRange,
} from './elements.ts'
import { FilmClock } from './FilmClock.tsx'
import type { PageLesson } from './host.ts'
import { SettingsSheet } from './SettingsSheet.tsx'
import { useChapterTrack } from './useChapterTrack.ts'
import { useFilm } from './useFilm.ts'
import { usePlayerSettings } from './usePlayerSettings.ts'
import { useSettingsOnFilm } from './useSettingsOnFilm.ts'

/** What keys and other parts of the page may do with a running film. */
export interface StageControls {
  lessonId(): string
  perform(action: KeyAction): void
  seek(second: number, play: boolean): void
  /** Shows a word on the film for a moment. */
  say(text: string): void
}

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
const SAID_MS = 1_200
const TAP_SECONDS = 10

const troubles: Record<Trouble, string> = {
  offline: 'Keine Verbindung. Was geladen ist, läuft weiter, der Rest kommt von selbst.',
  failing: 'Der Film lädt gerade nicht. Wir versuchen es weiter, deine Stelle bleibt.',
}

/** The film with its controls; loaded with the first play, never before. Stays mounted while lessons change. */
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

  useEffect(() => {
    const film = video.current
    const box = stage.current
    if (!film || !box) return
    controls.current = {
      lessonId: () => lessonId,
      perform: (action) => {
        const word = perform(action, film, box)
        if (word) say(word)
      },
      seek: (second, play) => {
        seekTo(film, inFilm(film, second))
        if (play) void film.play().catch(() => {})
      },
      say,
    }
    return () => {
      controls.current = null
    }
  }, [controls, lessonId, say])

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

  const doubleTap = useRef(createDoubleTap())
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    if (event.pointerType !== 'touch' || !(event.target as Element).matches('media-controller, video')) return
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const side = doubleTap.current((event.clientX - left) / width, event.timeStamp)
    if (side) controls.current?.perform({ kind: 'skip', seconds: side * TAP_SECONDS })
  }

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
        <ControlBar class="player-bar player-bar-time">
          <TimeRange />
        </ControlBar>
        <ControlBar class="player-bar">
          <PlayButton />
          <BackButton seekoffset="10" class="player-wide" />
          <ForwardButton seekoffset="10" class="player-wide" />
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
          {playback.captions && (
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
          <button type="button" className="player-button" aria-haspopup="dialog" onClick={() => setSheet(true)}>
            <Icon of={Settings2} size={22} />
            <span className="player-hidden">Einstellungen und Kapitel</span>
          </button>
          <PipButton class="player-widest" />
          <FullscreenButton />
        </ControlBar>
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

/** Moves a focus inside the player to the end card, and back to the controls when the card goes. */
function useFocusFollows(stage: RefObject<HTMLElement | null>, covered: boolean) {
  const was = useRef(covered)
  useLayoutEffect(() => {
    const box = stage.current
    if (!box || was.current === covered) return
    was.current = covered
    const here = box.contains(document.activeElement) || document.activeElement === document.body
    if (here)
      box.querySelector<HTMLElement>(covered ? '.player-end-go' : 'media-play-button')?.focus({ preventScroll: true })
  }, [stage, covered])
}

/** A short notice on the film that disappears by itself. */
function useSaying(): [string, (text: string) => void] {
  const [said, setSaid] = useState('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const say = useRef((text: string) => {
    clearTimeout(timer.current)
    setSaid(text)
    timer.current = setTimeout(() => setSaid(''), SAID_MS)
  })
  useEffect(() => () => clearTimeout(timer.current), [])
  return [said, say.current]
}
