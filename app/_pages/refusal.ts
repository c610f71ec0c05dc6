import { sentenceFor } from '#app/_http/respond.ts'
import { type ErrorCode, errorStatus } from '#errors'

/** The sentence for `?fehler=…` after a form without JavaScript; null for anything that is not one of our codes. */
export function refusalFor(code: string | undefined): string | null {
  return typeof code === 'string' && Object.hasOwn(errorStatus, code) ? sentenceFor(code as ErrorCode) : null
}
