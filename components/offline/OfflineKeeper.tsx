'use client'

import { useEffect } from 'react'
import { loadQuietly } from '#browser/kit/loadPart.ts'

/** After everything the page itself needs. */
const SETTLE_MS = 4_000

/**
 * On every page of somebody with the course: keeps texts for a time without a network, and sends what an earlier page
 * could not. Loads its parts only when the page has come to rest.
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
