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
  /** Set while a page is made that our server keeps (`web/pages`). */
  making?: Making
}

/** A page being made once for many: what it tells our server about itself. */
export interface Making {
  /** For learners: their own parts stay empty. Else for visitors. */
  forLearners: boolean
  /** False: a part of it could not be read just now, and nobody else shall get it. */
  whole: boolean
  /** Ready html that is the same for everybody, by slot. */
  slots: Map<string, string>
}

/** On `globalThis`, because Next gives each route its own copy of this module, and our server has one more. */
const shared = globalThis as { werkstattAnswers?: AsyncLocalStorage<Answering> }

function answers(): AsyncLocalStorage<Answering> {
  shared.werkstattAnswers ??= new AsyncLocalStorage()
  return shared.werkstattAnswers
}

/** Runs Next's handler so that a page it renders can set its status and knows what was refused. */
export const whileAnswering = <T>(answering: Answering, handle: () => T): T => answers().run(answering, handle)

/** Call when a part of the page being rendered could not be read just now: nobody else shall get it then. */
export function sayIncomplete(): void {
  const making = answers().getStore()?.making
  if (making) making.whole = false
}

/** Whether the page being rendered is made once for all learners, without anybody's own data. */
export const isForLearners = (): boolean => answers().getStore()?.making?.forLearners ?? false

/** Hands a slot's html to our server; false when this page goes to one reader and has to bring it along. */
export function keepSlot(id: string, html: string | null): boolean {
  const making = answers().getStore()?.making
  if (making && html !== null) making.slots.set(id, html)
  return making !== undefined
}

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
