'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useEffect, useState } from 'react'

const choices = [
  { value: 'system', name: 'Wie das System', Icon: Monitor },
  { value: 'light', name: 'Tagschicht', Icon: Sun },
  { value: 'dark', name: 'Abendschicht', Icon: Moon },
] as const
type Choice = (typeof choices)[number]['value']

function read(): Choice {
  const theme = document.documentElement.dataset.theme
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

function apply(choice: Choice): void {
  if (choice === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = choice
  try {
    if (choice === 'system') localStorage.removeItem('theme')
    else localStorage.setItem('theme', choice)
  } catch {
    // A browser without storage keeps the choice for this page only.
  }
}

/** Light, dark, or as the system says; kept in this browser only. */
export function ThemeSwitch({ id, quiet = false }: { id: string; quiet?: boolean }) {
  const [choice, setChoice] = useState<Choice>('system')
  useEffect(() => setChoice(read()), [])
  return (
    <fieldset className="theme-switch">
      <legend className={quiet ? 'sr-only' : undefined}>Licht</legend>
      {choices.map(({ value, name, Icon }) => (
        <label key={value} data-on={choice === value}>
          <input
            type="radio"
            name={`theme-${id}`}
            value={value}
            checked={choice === value}
            onChange={() => {
              apply(value)
              setChoice(value)
            }}
          />
          <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
          {name}
        </label>
      ))}
    </fieldset>
  )
}
