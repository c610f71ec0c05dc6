import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import { type ErrorCode, errorStatus } from '#errors'

/** Why somebody who followed a link or sent a form stands before a page with a sentence (`/abgewiesen`). */
export interface Refused {
  status: number
  /** One of `errors.ts`, or `method_not_allowed`. */
  code: string
  /** German, with the next step. */
  message: string
  requestId: string
  /** Path to ask for again; null where asking again makes no sense. */
  again: string | null
  /** Path of our page they came from, if the browser says so. */
  from: string | null
}

interface Answering {
  response: ServerResponse
  refused: Refused | null
}

/** Next gives each route its own copy of a module, and `web/main.ts` has one more: the store hangs on `globalThis`. */
const shared = globalThis as { werkstattAnswers?: AsyncLocalStorage<Answering> }

function answers(): AsyncLocalStorage<Answering> {
  shared.werkstattAnswers ??= new AsyncLocalStorage()
  return shared.werkstattAnswers
}

/** Runs Next's handler so that a page it renders can say its own status, and knows what was refused. */
export const whileAnswering = <T>(response: ServerResponse, refused: Refused | null, handle: () => T): T =>
  answers().run({ response, refused }, handle)

/** What the page that is being rendered has to explain; null for a page that was asked for itself. */
export const refusedHere = (): Refused | null => answers().getStore()?.refused ?? null

/** The status of the page that is being rendered. False where it is too late, or where no server of ours answers. */
export function setPageStatus(status: number): boolean {
  const response = answers().getStore()?.response
  if (!response || response.headersSent) return false
  response.statusCode = status
  return true
}

/** Seconds after which a page that could not be had is worth another try; its sentence says „in einer Minute“. */
const TRY_AGAIN_SECONDS = 60

/** The page shows why it cannot show what it should: then its status says so too, to monitors and caches. */
export function sayRefused(code: ErrorCode): void {
  if (setPageStatus(errorStatus[code]) && errorStatus[code] === 503)
    answers().getStore()?.response.setHeader('retry-after', TRY_AGAIN_SECONDS)
}

/** A `Set-Cookie` of the page that is being rendered; Next lets pages set none. False where it is too late. */
export function addPageCookie(value: string): boolean {
  const response = answers().getStore()?.response
  if (!response || response.headersSent) return false
  response.appendHeader('set-cookie', value)
  return true
}
