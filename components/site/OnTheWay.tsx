'use client'
import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'

/** Nothing is shown before this time, so that quick pages do not flicker. */
const PATIENCE_MS = 300
/** After this time the link has led to no page, for example to a download. */
const GIVE_UP_MS = 20_000

/**
 * Shows that the next page is loading when that takes longer: a bar that slides along the upper edge. Until the page is
 * there, the old one stays.
 */
export function OnTheWay() {
  const here = `${usePathname()}?${useSearchParams()}`
  const [leaving, setLeaving] = useState<string | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const wait = (work: () => void, ms: number) => {
      clearTimeout(timer)
      timer = setTimeout(work, ms)
    }
    const stop = () => {
      clearTimeout(timer)
      setLeaving(null)
    }
    const begin = (event: MouseEvent) => {
      if (!leadsAway(event)) return
      wait(() => {
        setLeaving(here)
        wait(stop, GIVE_UP_MS)
      }, PATIENCE_MS)
    }
    // In the capture phase, before the router: afterwards the click is „prevented“ and the address may be the new one.
    document.addEventListener('click', begin, true)
    window.addEventListener('pageshow', stop)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('click', begin, true)
      window.removeEventListener('pageshow', stop)
    }
  }, [here])
  return (
    <div className="on-the-way" role="status">
      {leaving === here && <span className="sr-only">Wird geholt …</span>}
    </div>
  )
}

/** Whether this is a plain click on a link to another of our pages. */
function leadsAway({ target, button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  const link = target instanceof Element ? target.closest('a') : null
  if (!link?.href || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return false
  if ((link.target && link.target !== '_self') || link.hasAttribute('download')) return false
  const { origin, pathname, search } = new URL(link.href)
  const samePage = pathname === location.pathname && search === location.search
  return origin === location.origin && !samePage && !/^\/(api|plan\/feed)\//.test(pathname)
}
