import type { IconNode } from 'lucide'
import { createElement } from 'react'

/**
 * Drawings that a list shows many times, once: each is a symbol `SheetIcon` refers to. `of` by name, in the same stroke
 * as `Icon`.
 */
export function IconSheet({ of }: { of: Record<string, IconNode> }) {
  return (
    <svg className="icon-sheet" aria-hidden="true">
      {Object.entries(of).map(([name, drawing]) => (
        <symbol
          key={name}
          id={`icon-${name}`}
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.75"
          strokeLinecap="round"
          strokeLinejoin="round"
        >
          {drawing.map(([tag, attributes], index) => createElement(tag, { ...attributes, key: index }))}
        </symbol>
      ))}
    </svg>
  )
}

/** A drawing of an `IconSheet` on the same page, `size` pixels both ways. */
export function SheetIcon({ name, size }: { name: string; size: number }) {
  return (
    <svg width={size} height={size} aria-hidden="true">
      <use href={`#icon-${name}`} />
    </svg>
  )
}
