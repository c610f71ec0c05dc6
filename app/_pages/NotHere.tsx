import { notFound } from 'next/navigation'
import { setPageStatus } from '#app/_http/pageStatus.ts'
import NotFound from '#app/not-found.tsx'

/**
 * A page's answer for what does not exist: 404, with content even without scripts, which `notFound()` alone does not
 * give.
 */
export function NotHere() {
  if (!setPageStatus(404)) notFound()
  return <NotFound />
}
