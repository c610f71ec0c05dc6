import { notFound } from 'next/navigation'
import { setPageStatus } from '#app/_http/pageStatus.ts'
import NotFound from '#app/not-found.tsx'

/**
 * A page's answer for what does not exist: 404 and a page that is there without scripts, which `notFound()` alone is
 * not.
 */
export function NotHere() {
  if (!setPageStatus(404)) notFound()
  return <NotFound />
}
