'use client'

import './sheet.css'
import { X } from 'lucide'
import { type RefObject, useEffect, useRef } from 'react'
import { offeredLines } from '#browser/film/quality.ts'
import { changeSettings } from '#browser/film/settings.ts'
import { clock } from '#components/clock.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { CAPTION_SIZES, type CaptionSize, type Quality, RATES } from '#domain/learning/settings/rules.ts'
import type { Chapter } from './host.ts'
import { Switch } from './Switch.tsx'
import { usePlayerSettings } from './usePlayerSettings.ts'
import { useSheet } from './useSheet.ts'

interface SettingsSheetProps {
  /** The film it belongs to: on a wide screen the sheet stands in its corner. */
  stage: RefObject<HTMLElement | null>
  /** Heights of the film's levels; empty where the browser chooses by itself. */
  lines: number[]
  captions: boolean
  chapters: Chapter[]
  onSeek: (second: number) => void
  onHelp: () => void
  onClose: () => void
}

const sizes: Record<CaptionSize, string> = { small: 'klein', medium: 'mittel', large: 'groß' }

/** Everything about watching in one place: a sheet from below on a phone, a panel in the film's corner on a desk. */
export function SettingsSheet({ stage, lines, captions, chapters, onSeek, onHelp, onClose }: SettingsSheetProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const settings = usePlayerSettings()
  useSheet(dialog, onClose)
  useEffect(() => {
    const box = stage.current?.getBoundingClientRect()
    if (!box || !dialog.current) return
    dialog.current.style.setProperty('--sheet-right', `${Math.max(8, window.innerWidth - box.right + 8)}px`)
    dialog.current.style.setProperty('--sheet-bottom', `${Math.max(8, window.innerHeight - box.bottom + 8)}px`)
  }, [stage])

  const close = () => dialog.current?.close()
  return (
    <dialog ref={dialog} className="player-sheet" aria-labelledby="player-sheet-title">
      <div className="player-sheet-head">
        <h2 id="player-sheet-title">Einstellungen</h2>
        <button type="button" className="player-sheet-close" onClick={close}>
          <Icon of={X} size={22} />
          <span className="player-hidden">Schließen</span>
        </button>
      </div>
      <Choice
        name="rate"
        title="Geschwindigkeit"
        value={settings.rate}
        options={RATES.map((rate) => [rate, rate.toLocaleString('de-DE')])}
        onChoose={(rate) => changeSettings({ rate })}
      />
      {captions && (
        <>
          <Switch name="Untertitel" on={settings.captions} onSwitch={(on) => changeSettings({ captions: on })} />
          <Choice
            name="captionSize"
            title="Größe der Untertitel"
            value={settings.captionSize}
            options={CAPTION_SIZES.map((size) => [size, sizes[size]])}
            onChoose={(captionSize) => changeSettings({ captionSize, captions: true })}
          />
        </>
      )}
      {lines.length > 0 && (
        <Choice<Quality>
          name="quality"
          title="Bildqualität"
          value={settings.quality}
          options={qualities(lines, settings.quality)}
          onChoose={(quality) => changeSettings({ quality })}
        />
      )}
      <label className="player-sheet-volume">
        <span>Lautstärke</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={settings.muted ? 0 : settings.volume}
          onChange={({ target }) => changeSettings({ volume: Number(target.value), muted: Number(target.value) === 0 })}
        />
      </label>
      {chapters.length > 0 && (
        <Chapters
          chapters={chapters}
          onChoose={(second) => {
            onSeek(second)
            close()
          }}
        />
      )}
      <Switch
        name="Am Ende mit der nächsten Lektion weitermachen"
        on={settings.autoplay}
        onSwitch={(autoplay) => changeSettings({ autoplay })}
      />
      <Switch
        name="Tasten gelten auf der ganzen Seite"
        on={settings.pageKeys}
        onSwitch={(pageKeys) => changeSettings({ pageKeys })}
      />
      <button
        type="button"
        className="player-sheet-keys"
        onClick={() => {
          close()
          onHelp()
        }}
      >
        Alle Tasten zeigen
      </button>
    </dialog>
  )
}

function Chapters({ chapters, onChoose }: { chapters: Chapter[]; onChoose: (second: number) => void }) {
  return (
    <section>
      <h3>Kapitel</h3>
      <ol className="player-sheet-chapters">
        {chapters.map(({ at, title }) => (
          <li key={at}>
            <button type="button" onClick={() => onChoose(at)}>
              <span className="player-time">{clock(at)}</span> {title}
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** The choices of quality; the chosen one stays in the list even if this film does not have it. */
function qualities(lines: number[], wish: Quality): [Quality, string][] {
  const offered = offeredLines(typeof wish === 'number' ? [...lines, wish] : lines)
  return [
    ['auto', 'Automatisch'],
    ['saver', 'Datensparen'],
    ...offered.map((height): [Quality, string] => [height, `${height}p`]),
  ]
}

function Choice<Value extends string | number>(props: {
  name: string
  title: string
  value: Value
  options: readonly (readonly [Value, string])[]
  onChoose: (value: Value) => void
}) {
  return (
    <fieldset className="player-choice">
      <legend>{props.title}</legend>
      <div>
        {props.options.map(([value, text]) => (
          <label key={value}>
            <input
              type="radio"
              name={props.name}
              checked={value === props.value}
              onChange={() => props.onChoose(value)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
