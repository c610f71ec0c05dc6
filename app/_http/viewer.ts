import 'server-only'
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { type CookieKind, clearCookie, cookieName } from '#app/_http/cookies.ts'
import { addPageCookie, isForLearners } from '#app/_http/pageStatus.ts'
import { paths } from '#app/_http/paths.ts'
import { requestIdOf } from '#app/_http/request.ts'
import { isUnjudged, judgeSession, type SessionVerdict } from '#domain/access/judgeSession.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { COURSE } from '#domain/learning/rules.ts'
import { ctxFor } from '#platform'
import type { Ctx } from '#ports'

/** The page's `ctx`: one per request, with the id that our server gave it (`web/trust.ts`). */
export const pageCtx = cache(async (): Promise<Ctx> => ctxFor(requestIdOf(await headers())))

/** One of our own cookies, for a page; null without. */
export async function pageCookie(kind: CookieKind): Promise<string | null> {
  const { siteUrl } = (await pageCtx()).settings
  return (await cookies()).get(cookieName(kind, siteUrl))?.value || null
}

/** One lookup per request, however often this is called; deletes a cookie that will never open anything again. */
const verdict = cache(async (): Promise<SessionVerdict | null> => {
  const token = await pageCookie('session')
  if (!token) return null
  const ctx = await pageCtx()
  const judged = await judgeSession(ctx, token)
  if (judged.refused) addPageCookie(clearCookie('session', ctx.settings.siteUrl))
  return judged
})

/** In whose place a page is made that our server keeps for all learners: it has nobody's data. */
const anyLearner: Viewer = {
  personId: '',
  emailMasked: '',
  email: null,
  name: null,
  role: 'learner',
  kind: 'proven',
  sessionId: '',
  courses: [COURSE],
  degraded: false,
  version: 0,
  expiresAt: new Date(0),
  seenAt: new Date(0),
}

/** Who looks at this page, or null. */
export const viewer = async (): Promise<Viewer | null> =>
  isForLearners() ? anyLearner : ((await verdict())?.viewer ?? null)

/** True for a cookie that only the database could judge, while it is away: its owner needs no login, only patience. */
export async function isViewerUnknown(): Promise<boolean> {
  const judged = await verdict()
  return judged !== null && isUnjudged(judged)
}

/**
 * The viewer; without one it redirects to the login page, which says so when only the database is away. `next` is the
 * path of ours to which the login leads back.
 */
export async function requireViewer(next: string): Promise<Viewer> {
  const found = await viewer()
  if (!found) redirect(paths.login({ next, spaeter: (await isViewerUnknown()) ? '1' : null }))
  return found
}

/** The operator with a proven session. Anyone else who is logged in gets 404: the area does not show itself. */
export async function requireAdmin(next: string = paths.admin()): Promise<Viewer> {
  const found = await requireViewer(next)
  if (found.role !== 'admin' || found.kind !== 'proven') notFound()
  return found
}
