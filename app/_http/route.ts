import type { z } from 'zod'
import { type CookieKind, clearCookie, cookieName, readCookie } from '#app/_http/cookies.ts'
import { parse } from '#app/_http/parse.ts'
import {
  type BodyKind,
  bodyLimits,
  clientIpOf,
  readBody,
  refuseForeignOrigin,
  refuseUnstorable,
  requestIdOf,
} from '#app/_http/request.ts'
import { errorResponse, json, seeOther, toAppError } from '#app/_http/respond.ts'
import { keepTyped } from '#app/_http/typedCookie.ts'
import { isUnjudged, judgeSession, type SessionVerdict } from '#domain/access/judgeSession.ts'
import type { Viewer } from '#domain/access/rules.ts'
import { AppError, type ErrorCode } from '#errors'
import { ctxFor } from '#platform'
import type { Ctx } from '#ports'

/** What a handler gets. `input` is the parsed body, `query` the parsed search, `isForm` asks for a 303. */
export interface Call<Body, Query> {
  ctx: Ctx
  request: Request
  params: Record<string, string>
  input: Body
  query: Query
  isForm: boolean
  ip: string
  cookie(kind: CookieKind): string | null
  /** The session behind the cookie, looked up on the first call only. */
  findViewer(): Promise<Viewer | null>
}

export interface RouteOptions<Body extends z.ZodType, Query extends z.ZodType> {
  body?: Body
  query?: Query
  /** Takes `application/x-www-form-urlencoded` too; the handler then answers 303. */
  forms?: boolean
  /** Bytes. */
  bodyLimit?: number
  /** Where a refused form goes back to; without it the refusal is JSON. */
  formErrorPath?: (code: ErrorCode, form: Record<string, unknown>) => string
}

type Answer = Response | Record<string, unknown> | unknown[]
type Params = { params?: Promise<Record<string, string | string[] | undefined>> }
export type Handler = (request: Request, context: Params) => Promise<Response>

/**
 * Wraps a route handler that anyone may call: request id, CSRF rule, body limit, zod, error → answer.
 * The handler reads `call`, calls one verb, and answers with a `Response` or a JSON value.
 */
export function route<Body extends z.ZodType, Query extends z.ZodType>(
  options: RouteOptions<Body, Query>,
  handler: (call: Call<z.output<Body>, z.output<Query>>) => Promise<Answer>,
): Handler {
  return async (request, context) => {
    const ctx = ctxFor(requestIdOf(request.headers))
    let body: { kind: BodyKind; value: unknown } = { kind: 'empty', value: {} }
    const { siteUrl } = ctx.settings
    let judged: SessionVerdict | null = null
    const forgetting = (answer: Response) => (judged?.refused ? withoutSession(answer, siteUrl) : answer)
    try {
      const cookie: Call<unknown, unknown>['cookie'] = (kind) =>
        readCookie(request.headers.get('cookie'), kind, siteUrl)
      refuseForeignOrigin(request, siteUrl, cookie('session') !== null)
      if (options.body) body = await readBody(request, limitsOf(options))
      const input = options.body ? parse(options.body, body.value) : undefined
      const search = Object.fromEntries(new URL(request.url).searchParams)
      for (const value of Object.values(search)) refuseUnstorable(value)
      const call = {
        ctx,
        request,
        params: await paramsOf(context),
        input: input as z.output<Body>,
        query: (options.query ? parse(options.query, search) : undefined) as z.output<Query>,
        isForm: body.kind === 'form',
        ip: clientIpOf(request.headers),
        cookie,
        findViewer: once(async () => {
          const token = cookie('session')
          judged = token ? await judgeSession(ctx, token) : null
          return judged?.viewer ?? null
        }),
      }
      return forgetting(finish(await handler(call), ctx.requestId))
    } catch (caught) {
      const error = judged && isUnjudged(judged) ? knownLater(caught) : caught
      const back = body.kind === 'form' ? options.formErrorPath : undefined
      if (!back) return forgetting(errorResponse(error, ctx.requestId, ctx.log))
      const code = toAppError(error).code
      if (code === 'internal') ctx.log.error({ err: error }, 'form failed')
      const form = body.value as Record<string, unknown>
      const typed = keepTyped(form, siteUrl)
      return forgetting(seeOther(back(code, form), { requestId: ctx.requestId, cookies: typed ? [typed] : [] }))
    }
  }
}

/** Nobody can say now whose cookie this is. „Log in“ would be wrong, and no login works meanwhile. */
const knownLater = (error: unknown): unknown =>
  toAppError(error).code === 'unauthenticated'
    ? new AppError('database_unavailable', 'unjudged', { cause: error })
    : error

/**
 * A route for people who are logged in; throws `unauthenticated` before the handler runs, or
 * `database_unavailable` when only the database could tell who it is.
 */
export function viewerRoute<Body extends z.ZodType, Query extends z.ZodType>(
  options: RouteOptions<Body, Query>,
  handler: (call: Call<z.output<Body>, z.output<Query>> & { viewer: Viewer }) => Promise<Answer>,
): Handler {
  return route(options, async (call) => {
    const viewer = await call.findViewer()
    if (!viewer) throw new AppError('unauthenticated')
    return handler({ ...call, viewer })
  })
}

/**
 * A route for the operator: a proven session with the role admin. Throws `unauthenticated`, `unproven_session`,
 * `forbidden`.
 */
export function adminRoute<Body extends z.ZodType, Query extends z.ZodType>(
  options: RouteOptions<Body, Query>,
  handler: (call: Call<z.output<Body>, z.output<Query>> & { viewer: Viewer }) => Promise<Answer>,
): Handler {
  return viewerRoute(options, async (call) => {
    requireRole(call.viewer)
    return handler(call)
  })
}

/** Throws unless this is the operator with a proven session. */
export function requireRole(viewer: Viewer): void {
  if (viewer.role !== 'admin') throw new AppError('forbidden')
  if (viewer.kind !== 'proven') throw new AppError('unproven_session')
  // Without a database a revoked admin could go on, so the admin area is closed.
  if (viewer.degraded) throw new AppError('database_unavailable')
}

/** Deletes a session cookie that will never open anything again, unless the same answer brings a new one. */
function withoutSession(answer: Response, siteUrl: string): Response {
  const own = `${cookieName('session', siteUrl)}=`
  if (!answer.headers.getSetCookie().some((line) => line.startsWith(own)))
    answer.headers.append('set-cookie', clearCookie('session', siteUrl))
  return answer
}

const limitsOf = (options: { forms?: boolean; bodyLimit?: number }) => ({
  forms: options.forms ?? false,
  limit: options.bodyLimit ?? bodyLimits.json,
})

async function paramsOf(context: Params): Promise<Record<string, string>> {
  const params = (await context?.params) ?? {}
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]))
}

function finish(answer: Answer, requestId: string): Response {
  if (!(answer instanceof Response)) return json(answer, { requestId })
  if (!answer.headers.has('x-request-id')) answer.headers.set('x-request-id', requestId)
  return answer
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= work()
    return running
  }
}
