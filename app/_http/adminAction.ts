import { z } from 'zod'
import { backPath, type Flash, flashCookie } from '#app/_http/flash.ts'
import { parse } from '#app/_http/parse.ts'
import { paths } from '#app/_http/paths.ts'
import { json, seeOther, sentenceFor, toAppError } from '#app/_http/respond.ts'
import { adminRoute, type Handler } from '#app/_http/route.ts'
import { accessLimits } from '#domain/access/rules.ts'
import { AppError, isOutsideError } from '#errors'
import type { Ctx } from '#ports'
import { isUuid } from '#uuid'

/** A UUID that the form's page made: the same click twice is one action. */
const keyField = z.uuid({
  error: 'Diesem Formular fehlt sein Schlüssel. Lade die Seite neu und versuche es noch einmal.',
})

/** The typed reason of an action that needs one. */
export const reasonField = z
  .string({ error: 'Schreib einen Grund dazu. Er steht später im Protokoll.' })
  .trim()
  .min(1, 'Schreib einen Grund dazu. Er steht später im Protokoll.')
  .max(accessLimits.reasonLength, `Der Grund ist zu lang, höchstens ${accessLimits.reasonLength} Zeichen.`)

/** A reason that may be left out. */
export const optionalReason = z.string().trim().max(accessLimits.reasonLength).optional()

export interface Action<Fields> {
  ctx: Ctx
  params: Record<string, string>
  input: Fields
  /** The action's idempotency key. */
  key: string
  /** `person:{id}` of the operator, for the audit log. */
  actor: string
}

export interface Done {
  /** One German sentence: what happened, and what happens next. */
  said: string
  /** For callers that speak JSON. */
  result?: Record<string, unknown>
  /** Where a form goes on to instead of its own page. */
  next?: string
}

/** The `[id]` of an address that names one of our rows. Throws `not_found` for anything no row can have. */
export function idOf(params: Record<string, string>): string {
  const id = params.id ?? ''
  if (!isUuid(id)) throw new AppError('not_found', 'no row has this id')
  return id
}

const loose = z.record(z.string(), z.unknown())

/**
 * A route for an action of the operator: demands a proven operator session, the CSRF rule and a key, and calls one
 * verb. A form is answered with 303 to the page it came from, where one sentence tells the result; after a refusal the
 * form opens again as it was, under the same key, because a request whose answer got lost may have done its work. JSON
 * gets `{ ok, message, … }` or the usual error.
 */
export function adminAction<Fields extends z.ZodObject>(
  fields: Fields,
  act: (action: Action<z.output<Fields>>) => Promise<Done>,
): Handler {
  const schema = fields.extend({ key: keyField })
  // Without a session the form leads to the login and back; every other refusal of the person is shown by the page.
  const formErrorPath = (code: string, form: Record<string, unknown>) =>
    code === 'unauthenticated' ? paths.login({ next: backPath(form.back) }) : backPath(form.back)
  return adminRoute({ body: loose, forms: true, formErrorPath }, async (call) => {
    const { ctx, params, viewer, isForm } = call
    const { back, form, ...given } = call.input
    const answer = (flash: Omit<Flash, 'id'>, to?: string) => {
      const id = ctx.ids.uuid().slice(0, 8)
      const cookies = [flashCookie({ id, ...flash }, ctx.settings.siteUrl)]
      return seeOther(backPath(to ?? back, id), { cookies, requestId: ctx.requestId })
    }
    try {
      const { key, ...input } = parse(schema, given) as { key: string }
      const done = await act({ ctx, params, input: input as z.output<Fields>, key, actor: `person:${viewer.personId}` })
      if (isForm) return answer({ tone: 'done', text: done.said }, done.next)
      return json({ ok: true, message: done.said, ...done.result }, { requestId: ctx.requestId })
    } catch (error) {
      if (!isForm) throw error
      const refusal = toAppError(error)
      if (refusal.code === 'internal') ctx.log.error({ err: error }, 'action failed')
      return answer({ tone: 'error', text: refusalText(error, refusal, ctx), ...reopened(refusal, form, given) })
    }
  })
}

function refusalText(error: unknown, refusal: AppError, ctx: Ctx): string {
  const { fields } = refusal.details
  if (fields && Object.keys(fields).length > 0) return Object.values(fields).join(' ')
  if ((isOutsideError(error) && error.ambiguous) || refusal.details.facts?.maybeBooked === true)
    return 'Es kam keine eindeutige Antwort, vielleicht ist es schon geschehen. Schick dasselbe Formular noch einmal: Es geschieht nur einmal.'
  const known = sentenceOfFacts(refusal)
  if (known) return known
  const sentence = sentenceFor(refusal.code, refusal.details)
  return refusal.code === 'internal' ? `${sentence} Nummer: ${ctx.requestId}` : sentence
}

/** Sentences for refusals in which the operator can do more than a buyer. */
function sentenceOfFacts({ code, details }: AppError): string | null {
  // The usual sentence is for buyers, who must not learn whether an address has an account.
  if (code === 'address_taken')
    return 'Diese Adresse hat schon ein Konto. Gib ihm in seiner Akte von Hand Zugang, oder kläre eine andere Adresse.'
  if (details.facts?.resend === true)
    return 'Resend hat den Schlüssel dieser Mail vielleicht vergessen: Sie könnte zweimal ankommen. Sieh bei Resend nach und schick sie dann neu.'
  if (details.facts?.login === true)
    return 'Ein Anmeldelink wird nicht wiederholt. Schick der Person einen neuen aus ihrer Akte.'
  return null
}

/** The refused form as it was typed. Without its key if that stands for something else, so that it gets a new one. */
function reopened(refusal: AppError, form: unknown, given: Record<string, unknown>): Pick<Flash, 'form' | 'values'> {
  if (typeof form !== 'string') return {}
  const values = Object.entries(given).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && !(entry[0] === 'key' && refusal.code === 'conflict'),
  )
  return { form, values: Object.fromEntries(values) }
}
