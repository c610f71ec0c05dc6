import type { IncomingMessage, ServerResponse } from 'node:http'
import { readCookie } from '#app/_http/cookies.ts'
import { memberPrefixes, paths } from '#app/_http/paths.ts'
import { berlinDaysLater } from '#domain/calendar/berlinTime.ts'
import { forgetSchedule } from '#domain/learning/releases/schedule.ts'
import { nextPublicOpening } from '#domain/learning/releases/scheduleView.ts'
import { forgetFilms } from '#domain/video/filmsOfLessons.ts'
import { listenForChanges } from '#libs/changes.ts'
import { ctxFor, type Platform } from '#platform'
import { type KeptPage, keepPage, scriptHashes, sendKept } from './keptPage.ts'
import { cutShell, openLearnerPages, type Shell } from './learnerPages.ts'
import { createPageCache, type Made } from './pageCache.ts'
import { createRenderer, type NextHandler, type RenderedPage } from './renderInProcess.ts'

/**
 * Pages that are made once by Next and then answered by our server from memory: whole ones for visitors, also while
 * PostgreSQL is away, and shells for learners (docs/decisions/keptPages.md).
 */

/** So long the pages stay true without the connection that would tell of changes. */
const DEAF_MS = 60_000

/** Headers of a page for a path and its inline scripts' sources, from `proxy.ts`. */
type HeadersFor = (path: string, scripts: string[]) => Record<string, string>

export interface KeptPages {
  /** True: this request is being answered, from memory or by `otherwise`. False: it is for none of these pages. */
  answer(request: IncomingMessage, response: ServerResponse, otherwise: () => void): boolean
}

export function openKeptPages(here: Platform, next: NextHandler, headersFor: HeadersFor): KeptPages {
  const { config, ctx } = here
  const isPublic = publicAddresses(ctx.content.course().lessons)
  const render = createRenderer(next, config.siteUrl)
  const now = () => ctx.clock.now().getTime()

  async function made<Page>(
    url: string,
    forLearners: boolean,
    keep: (page: RenderedPage) => Promise<{ page: Page; size: number }>,
  ): Promise<Made<Page> | null> {
    const until = await endOfTruth(here)
    const page = await render(url, forLearners)
    // What was made without the database may lack something; a page that sets a cookie is for one browser.
    const isWhole = page.whole && ctx.db.health().up && !page.headers['set-cookie']
    return page.status === 200 && isWhole ? { ...(await keep(page)), until } : null
  }
  const pathOf = (url: string) => url.split('?', 1)[0] ?? '/'

  const pages = createPageCache<KeptPage>(
    (url) =>
      made(url, false, async (page) => {
        const path = pathOf(url)
        // A browser asks each time and gets 304, or the page of somebody who is logged in.
        const caching = path === paths.login() ? 'private, no-store' : 'private, no-cache'
        const kept = await keepPage(page, (scripts) => ({ ...headersFor(path, scripts), 'cache-control': caching }))
        return { page: kept, size: kept.size }
      }),
    now,
  )
  const shells = createPageCache<Shell>(
    (url) =>
      made(url, true, async (page) => ({
        page: cutShell(page, {
          ...headersFor(pathOf(url), scriptHashes(page.html)),
          'content-type': String(page.headers['content-type']),
        }),
        size: 2 * page.html.length,
      })),
    now,
  )
  followChanges(here, () => {
    pages.clear()
    shells.clear()
  })
  const learners = openLearnerPages(ctxFor, config.siteUrl, shells.get)

  return {
    answer(request, response, otherwise) {
      const url = visitorsAddress(request, config.siteUrl)
      if (url === null || !isPublic(url)) return learners.answer(request, response, otherwise)
      const found = pages.find(url)
      if (found) sendKept(found, request, response)
      else
        pages
          .get(url)
          .then((page) => (page ? sendKept(page, request, response) : otherwise()))
          .catch((error) => {
            ctx.log.warn({ err: error }, 'a public page could not be made')
            otherwise()
          })
      return true
    },
  }
}

/** Midnight in Berlin, or the next moment at which a lesson opens for everybody. */
async function endOfTruth({ ctx }: Platform): Promise<Date | null> {
  const midnight = berlinDaysLater(ctx.clock.now(), 1, '00:00')
  const opening = await nextPublicOpening({ ...ctx, requestId: 'kept-page' })
  return opening && midnight && opening < midnight ? opening : midnight
}

/** Calls `forget` when something changed that these pages show, and every minute in which nobody would tell. */
function followChanges({ config, ctx }: Platform, forget: () => void): void {
  const changes = listenForChanges({
    url: config.directUrl,
    log: ctx.log,
    heard: () => {
      forgetSchedule({ ...ctx, requestId: 'kept-page' })
      forgetFilms(ctx.db)
      forget()
    },
  })
  setInterval(() => {
    // Without a server nothing changes either; as soon as it is back, `heard` is called.
    if (changes.deafFor() > DEAF_MS && ctx.db.health().up) forget()
  }, DEAF_MS / 4).unref()
}

/** The address of a plain request for a page by somebody without a session; else null. */
function visitorsAddress({ method, url = '/', headers }: IncomingMessage, siteUrl: string): string | null {
  if (method !== 'GET' && method !== 'HEAD') return null
  if (headers.rsc !== undefined || readCookie(headers.cookie ?? null, 'session', siteUrl) !== null) return null
  for (const name in headers) if (name.startsWith('next-')) return null
  return url
}

/** Whether an address, with its query, is a public page that is the same for every visitor. */
function publicAddresses(lessons: { slug: string; free: boolean }[]): (url: string) => boolean {
  const pages = new Set([
    paths.home(),
    paths.course(),
    paths.imprint(),
    paths.privacy(),
    paths.terms(),
    paths.accessibility(),
    paths.login(),
    // Where a visitor is led who asked for a learner's page.
    ...memberPrefixes.map((prefix) => paths.login({ next: prefix })),
    ...lessons.map(({ slug, free }) => (free ? paths.lesson(slug) : paths.login({ next: paths.lesson(slug) }))),
  ])
  return (url) => pages.has(url)
}
