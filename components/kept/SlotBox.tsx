'use client'

import { type CSSProperties, createElement, useState } from 'react'

export interface SlotBoxProps {
  /** One place in one page, like `band:l-14`. */
  id: string
  as?: 'div' | 'aside' | 'ol' | 'script'
  className?: string
  'aria-label'?: string
  style?: CSSProperties
  type?: string
  nonce?: string | undefined
  /** Null on a page that our server keeps and fills itself: then the document has it. */
  html: string | null
}

/** What the document had in its slots, for „Back“ to a page whose own html never came by itself. */
const had = new Map<string, string>()

function take(id: string): string {
  const known = had.get(id)
  if (known !== undefined || typeof document === 'undefined') return known ?? ''
  const html = document.querySelector(`[data-slot="${CSS.escape(id)}"]`)?.innerHTML ?? ''
  had.set(id, html)
  return html
}

/**
 * An element whose content is ready html that React leaves alone: it travels once, as html, and never again as data for
 * hydration (docs/decisions/keptPages.md).
 */
export function SlotBox({ id, as = 'div', html, ...rest }: SlotBoxProps) {
  const [first] = useState(() => html ?? take(id))
  return createElement(as, {
    ...rest,
    'data-slot': id,
    suppressHydrationWarning: true,
    dangerouslySetInnerHTML: { __html: html ?? first },
  })
}
