'use client'

import './sheet.css'
import { X } from 'lucide'
import { useRef } from 'react'
import { changeSettings } from '#browser/film/settings.ts'
import { Icon } from '#components/ui/Icon.tsx'
import { Switch } from './Switch.tsx'
import { usePlayerSettings } from './usePlayerSettings.ts'
import { useSheet } from './useSheet.ts'

const map: [keys: string[], meaning: string][] = [
  [['Leertaste', 'K'], 'Abspielen und anhalten'],
  [['←', '→'], '5 Sekunden zurück, vor'],
  [['J', 'L'], '10 Sekunden zurück, vor'],
  [['0', '–', '9'], 'Zu einem Zehntel des Films'],
  [['<', '>'], 'Langsamer, schneller'],
  [['↑', '↓'], 'Lautstärke, wenn der Film den Fokus hat'],
  [['M'], 'Ton aus und an'],
  [['C'], 'Untertitel'],
  [['F'], 'Vollbild'],
  [['B'], 'Diese Stelle merken'],
  [['N'], 'Notiz zu dieser Stelle'],
  [['?'], 'Diese Übersicht'],
]

/** Every key, and the switch that keeps them to the player. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const { pageKeys } = usePlayerSettings()
  useSheet(dialog, onClose)
  return (
    <dialog ref={dialog} className="player-sheet player-help" aria-labelledby="player-help-title">
      <div className="player-sheet-head">
        <h2 id="player-help-title">Tasten</h2>
        <button type="button" className="player-sheet-close" onClick={() => dialog.current?.close()}>
          <Icon of={X} size={22} />
          <span className="player-hidden">Schließen</span>
        </button>
      </div>
      <dl>
        {map.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>{keys.map((key) => (key === '–' ? <span key={key}> bis </span> : <kbd key={key}>{key}</kbd>))}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Switch
        name="Tasten gelten auf der ganzen Lektionsseite, nicht nur im Film"
        on={pageKeys}
        onSwitch={(on) => changeSettings({ pageKeys: on })}
      />
    </dialog>
  )
}
