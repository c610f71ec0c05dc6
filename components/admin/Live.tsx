'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** How long a page goes on asking. Milliseconds. */
const FOR_MS = 10 * 60_000

/** Reads the page's data again every few seconds while something on it still moves and somebody is looking. */
export function Live({ active, everyMs = 3_000 }: { active: boolean; everyMs?: number }) {
  const router = useRouter()
  useEffect(() => {
    if (!active) return
    const end = Date.now() + FOR_MS
    const timer = setInterval(() => {
      if (Date.now() > end) clearInterval(timer)
      // An open question must not lose what is being typed into it.
      else if (!document.hidden && !document.querySelector('details[open].ask')) router.refresh()
    }, everyMs)
    return () => clearInterval(timer)
  }, [active, everyMs, router])
  return null
}
