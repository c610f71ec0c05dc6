import { paths } from '#app/_http/paths.ts'
import type { Viewer } from '#domain/access/rules.ts'

/** Where somebody who is logged in goes on from the login pages; `next` is where they wanted to go. */
export function alreadyIn(viewer: Viewer, next: string | null = null) {
  const email = viewer.degraded ? null : viewer.emailMasked
  if (next) return { email, href: next, to: 'Weiter' }
  return viewer.courses.length > 0
    ? { email, href: paths.workshop(), to: 'Zur Werkbank' }
    : { email, href: paths.account(), to: 'Zu deinem Konto' }
}
