import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import { type ErrorCode, errorStatus } from '#errors'

/** Next gives each route its own copy of a module, and `web/main.ts` has one more: the store hangs on `globalThis`. */
const shared = globalThis as { werkstattAnswers?: AsyncLocalStorage<ServerResponse> }

function answers(): AsyncLocalStorage<ServerResponse> {
  shared.werkstattAnswers ??= new AsyncLocalStorage()
  return shared.werkstattAnswers
}

/** Runs Next's handler so that a page it renders can say its own status. */
export const whileAnswering = <T>(response: ServerResponse, handle: () => T): T => answers().run(response, handle)

/** The status of the page that is being rendered. False where it is too late, or where no server of ours answers. */
export function setPageStatus(status: number): boolean {
  const response = answers().getStore()
  if (!response || response.headersSent) return false
  response.statusCode = status
  return true
}

/** Seconds after which a page that could not be had is worth another try; its sentence says „in einer Minute“. */
const TRY_AGAIN_SECONDS = 60

/** The page shows why it cannot show what it should: then its status says so too, to monitors and caches. */
export function sayRefused(code: ErrorCode): void {
  if (setPageStatus(errorStatus[code]) && errorStatus[code] === 503)
    answers().getStore()?.setHeader('retry-after', TRY_AGAIN_SECONDS)
}

/** A `Set-Cookie` of the page that is being rendered; Next lets pages set none. False where it is too late. */
export function addPageCookie(value: string): boolean {
  const response = answers().getStore()
  if (!response || response.headersSent) return false
  response.appendHeader('set-cookie', value)
  return true
}
