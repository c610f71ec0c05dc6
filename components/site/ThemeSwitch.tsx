'use client'

import { Monitor, Moon, Sun } from 'lucide'
import { useEffect, useRef, useState } from 'react'
import { useTyped } from '#components/early/useTyped.ts'
import { Icon } from '#components/ui/Icon.tsx'

const choices = [
  { value: 'system', name: 'Wie das System', icon: Monitor },
  { value: 'light', name: 'Tagschicht', icon: Sun },
  { value: 'dark', name: 'Abendschicht', icon: Moon },
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
  const group = useRef<HTMLFieldSetElement>(null)
  useTyped(group, (field) => 'checked' in field && field.checked && apply(field.value as Choice))
  useEffect(() => setChoice(read()), [])
  return (
    <fieldset className="theme-switch" ref={group}>
      <legend className={quiet ? 'sr-only' : undefined}>Licht</legend>
      {choices.map(({ value, name, icon }) => (
        <label key={value} data-on={choice === value}>
          <input
            type="radio"
            name={`theme-${id}`}
            value={value}
            autoComplete="off"
            checked={choice === value}
            onChange={() => {
              apply(value)
              setChoice(value)
            }}
          />
          <Icon of={icon} size={16} />
          {name}
        </label>
      ))}
    </fieldset>
  )
}
