import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import { type ErrorCode, errorStatus } from '#errors'

/** A refusal that is shown as a page (`/abgewiesen`) to somebody who followed a link or sent a form. */
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

/** On `globalThis`, because Next gives each route its own copy of this module, and our server has one more. */
const shared = globalThis as { werkstattAnswers?: AsyncLocalStorage<Answering> }

function answers(): AsyncLocalStorage<Answering> {
  shared.werkstattAnswers ??= new AsyncLocalStorage()
  return shared.werkstattAnswers
}

/** Runs Next's handler so that a page it renders can set its status and knows what was refused. */
export const whileAnswering = <T>(response: ServerResponse, refused: Refused | null, handle: () => T): T =>
  answers().run({ response, refused }, handle)

/** The refusal that the page being rendered has to explain; null for a page that was asked for itself. */
export const refusedHere = (): Refused | null => answers().getStore()?.refused ?? null

/** Sets the status of the page being rendered. False when it is too late, or when it is not our server that answers. */
export function setPageStatus(status: number): boolean {
  const response = answers().getStore()?.response
  if (!response || response.headersSent) return false
  response.statusCode = status
  return true
}

/** Seconds after which a page that could not be had is worth another try; its sentence says „in einer Minute“. */
const TRY_AGAIN_SECONDS = 60

/** Gives a page that shows a refusal the refusal's status, for monitors and caches. */
export function sayRefused(code: ErrorCode): void {
  if (setPageStatus(errorStatus[code]) && errorStatus[code] === 503)
    answers().getStore()?.response.setHeader('retry-after', TRY_AGAIN_SECONDS)
}

/** Adds a `Set-Cookie` to the page being rendered, which Next does not allow. False when it is too late. */
export function addPageCookie(value: string): boolean {
  const response = answers().getStore()?.response
  if (!response || response.headersSent) return false
  response.appendHeader('set-cookie', value)
  return true
}
