'use client'

import { useEffect, useLayoutEffect, useRef } from 'react'

/** One press from before the scripts, as `EarlyScript` noted it. */
interface EarlyPress {
  event: Event
  target: HTMLElement
  key?: string
}

/** The list while the page is deaf; null from the moment it hears. */
type EarlyWindow = Window & { early?: EarlyPress[] | null }

/**
 * Presses once more what was pressed before the page could hear it. Impatience counts once: nobody sees that a first
 * press was noted. Stands last in the layout, so that everything before it listens already.
 */
export function EarlyReplay() {
  const noted = useRef<EarlyPress[]>([])
  useLayoutEffect(() => {
    const page = window as EarlyWindow
    // React lets a press hurry its work and then hears that very press itself.
    const running = window.event
    noted.current.push(...(page.early ?? []).filter(({ event }) => event !== running))
    page.early = null
  }, [])
  useEffect(() => {
    // Later than the effects of every part: only then do all of them listen.
    const timer = setTimeout(() => {
      for (const press of oncePerTarget(noted.current.splice(0))) replay(press)
    })
    return () => clearTimeout(timer)
  }, [])
  return null
}

const oncePerTarget = (presses: EarlyPress[]): EarlyPress[] => [
  ...new Map(presses.map((press) => [press.key ?? press.target, press])).values(),
]

function replay({ target, key }: EarlyPress): void {
  if (key === undefined) {
    if (target.isConnected) target.click()
    return
  }
  const place = document.activeElement ?? document.body
  place.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}
