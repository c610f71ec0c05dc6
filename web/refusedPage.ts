import type { IncomingMessage } from 'node:http'
import type { Refused } from '#app/_http/pageStatus.ts'

/**
 * Somebody who follows a link or sends a form without scripts sees our answer: a refusal must then be a page with a
 * sentence, not `{"error":…}` in the tab. Programs get JSON.
 */

/** Codes of refusals that pass by themselves. */
const passing = /^(rate_limited|internal|paper_|.*_unavailable$)/

/** Whether a browser will show the answer as a page; older ones tell so only by their `Accept` header. */
export function isNavigation({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'POST') return false
  const mode = headers['sec-fetch-mode']
  return mode === undefined ? /^\s*text\/html\b/.test(headers.accept ?? '') : mode === 'navigate'
}

/** What `errorResponse` answers under `error`. */
export interface RefusalShape {
  code: string
  message: string
  requestId: string
}

/** Reads a refusal in the shape of `errorResponse`; null for any other answer, which stays as it is. */
export async function readRefusal(answer: Response): Promise<RefusalShape | null> {
  if (answer.status < 400 || !answer.headers.get('content-type')?.includes('json')) return null
  const body = (await answer
    .clone()
    .json()
    .catch(() => null)) as { error?: Partial<RefusalShape> } | null
  const { code, message, requestId = '' } = body?.error ?? {}
  return code && message ? { code, message, requestId } : null
}

/** What the page tells and where it leads. `origin` is ours. */
export function refusedPage(shape: RefusalShape, status: number, origin: string, request: IncomingMessage): Refused {
  const here = request.url ?? '/'
  const mayRepeat = request.method === 'GET' && passing.test(shape.code)
  const from = pathOf(request.headers.referer, origin)
  return { ...shape, status, again: mayRepeat ? here : null, from: from === here ? null : from }
}

function pathOf(referer: string | undefined, origin: string): string | null {
  if (!referer || !URL.canParse(referer)) return null
  const url = new URL(referer)
  return url.origin === new URL(origin).origin && !url.pathname.startsWith('/api/') ? url.pathname + url.search : null
}
