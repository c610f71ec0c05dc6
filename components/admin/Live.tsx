'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** How long a page goes on refreshing itself. Milliseconds. */
const FOR_MS = 10 * 60_000

/** Refreshes the page's data every few seconds while `active` is set and the page is visible. */
export function Live({ active, everyMs = 3_000 }: { active: boolean; everyMs?: number }) {
  const router = useRouter()
  useEffect(() => {
    if (!active) return
    const end = Date.now() + FOR_MS
    const timer = setInterval(() => {
      if (Date.now() > end) clearInterval(timer)
      // Not while an `Ask` is open: a refresh would lose what is being typed into it.
      else if (!document.hidden && !document.querySelector('details[open].ask')) router.refresh()
    }, everyMs)
    return () => clearInterval(timer)
  }, [active, everyMs, router])
  return null
}
