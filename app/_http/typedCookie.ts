import { z } from 'zod'
import { COOKIE_LENGTH, setCookie } from '#app/_http/cookies.ts'

/**
 * What somebody typed into a form that was refused without scripts, to be shown in its fields again. In a cookie that
 * lives a minute and not in the URL, because addresses and names do not belong there.
 */

const words = z.string().max(400).optional().catch(undefined)
const ticks = z.record(z.string().max(40), z.unknown()).optional().catch(undefined)
const typed = z.object({
  email: words,
  reference: words,
  name: words,
  consent: ticks,
  minutes: words,
  weekdays: ticks,
  time: words,
  startsOn: words,
  until: words,
})
export type Typed = z.output<typeof typed>

/** A `Set-Cookie` value with the fields people type into, nothing else; null when there are none, or too much. */
export function keepTyped(form: Record<string, unknown>, siteUrl: string): string | null {
  const value = Buffer.from(JSON.stringify(typed.parse(form))).toString('base64url')
  return value.length > 3 && value.length <= COOKIE_LENGTH ? setCookie('typed', value, siteUrl) : null
}

/** {} for none, and for anything that is not of this shape. */
export function readTyped(value: string | null | undefined): Typed {
  try {
    return typed.parse(JSON.parse(Buffer.from(value ?? '', 'base64url').toString('utf8')))
  } catch {
    return {}
  }
}
