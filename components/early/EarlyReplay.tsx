'use client'

import { useEffect, useLayoutEffect, useRef } from 'react'

/** A press from before the scripts ran, as `earlyScript` recorded it. */
interface EarlyPress {
  event: Event
  target: HTMLElement
  key?: string
}

/** The recorded presses until the page's scripts listen; null from then on. */
type EarlyWindow = Window & { early?: EarlyPress[] | null }

/**
 * Repeats what was pressed before the page's scripts listened. Several presses of the same thing count once, because
 * nobody could see that the first was recorded. Placed last in the layout, so that everything before it listens
 * already.
 */
export function EarlyReplay() {
  const noted = useRef<EarlyPress[]>([])
  useLayoutEffect(() => {
    const page = window as EarlyWindow
    // React may hydrate because of a press and then handles this press itself.
    const running = window.event
    noted.current.push(...(page.early ?? []).filter(({ event }) => event !== running))
    page.early = null
  }, [])
  useEffect(() => {
    // After the effects of all components: only then do all of them listen.
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
