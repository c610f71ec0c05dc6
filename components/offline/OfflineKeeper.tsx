'use client'

import { useEffect } from 'react'
import { loadQuietly } from '#browser/kit/loadPart.ts'

/** Waits so long, so that everything the page itself needs is loaded first. */
const SETTLE_MS = 4_000

/**
 * On every page of somebody with the course: keeps texts for offline reading, and sends what an earlier page could not.
 * Loads its code only after the page has settled.
 */
export function OfflineKeeper({ learnerId }: { learnerId: string }) {
  useEffect(() => {
    const flush = () => {
      void loadQuietly(() => import('#browser/progress/progressQueue.ts')).then((queue) =>
        queue?.flushReports(learnerId),
      )
      void loadQuietly(() => import('#browser/notes/notesSync.ts')).then((notes) => notes?.flushNotes(learnerId))
    }
    const timer = setTimeout(() => {
      void loadQuietly(() => import('#browser/offline/keeper.ts')).then((keeper) => keeper?.keepIfStale(learnerId))
      flush()
    }, SETTLE_MS)
    window.addEventListener('online', flush)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('online', flush)
    }
  }, [learnerId])
  return null
}
