import Link from 'next/link'
import type { ReactNode } from 'react'

/** A plain GET form: the address of the page is the state of its filters. */
export function Filters({ action, active, children }: { action: string; active: boolean; children: ReactNode }) {
  return (
    <form className="admin-filters" method="get" action={action} aria-label="Filter">
      {children}
      <button className="button button-quiet" type="submit">
        Anzeigen
      </button>
      {active && (
        <Link className="admin-back" href={action} prefetch={false}>
          Filter zurücksetzen
        </Link>
      )}
    </form>
  )
}

interface SelectProps {
  name: string
  label: string
  value: string | null
  /** The first choice: no filter. */
  all: string
  options: { value: string; text: string }[]
}

export function FilterSelect({ name, label, value, all, options }: SelectProps) {
  return (
    <label>
      <span>{label}</span>
      <select name={name} defaultValue={value ?? ''} key={value}>
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  )
}

export function FilterTick({ name, label, on }: { name: string; label: string; on: boolean }) {
  return (
    <label className="tick">
      <input type="checkbox" name={name} value="1" defaultChecked={on} key={String(on)} />
      {label}
    </label>
  )
}

export function FilterSearch({
  name,
  label,
  value,
  size = 22,
}: {
  name: string
  label: string
  value: string | null
  size?: number
}) {
  return (
    <label>
      <span>{label}</span>
      <input
        type="search"
        name={name}
        defaultValue={value ?? ''}
        key={value}
        size={size}
        maxLength={280}
        autoComplete="off"
        spellCheck={false}
      />
    </label>
  )
}

/** Links to older rows and back to the newest. */
export function Pager({ newest, older }: { newest: string | null; older: string | null }) {
  if (!newest && !older) return null
  return (
    <nav className="admin-pager" aria-label="Seiten">
      {newest && (
        <Link className="button button-quiet" href={newest} prefetch={false}>
          Zu den neuesten
        </Link>
      )}
      {older && (
        <Link className="button button-quiet" href={older} prefetch={false} rel="next">
          Ältere zeigen
        </Link>
      )}
    </nav>
  )
}
