import { openingMoment } from '#components/format.ts'
import { AppError, type ErrorCode, errorStatus, isAppError, isOutsideError } from '#errors'
import type { Log } from '#ports'

/**
 * The only place that turns an error into an answer: code → status and German sentence with the next step.
 * Anything unknown becomes `internal` with the request's id; its message goes to the log, never outside.
 */

const sentences: Record<ErrorCode, string> = {
  invalid_input: 'Da fehlt etwas oder passt nicht. Prüfe deine Angaben und sende sie noch einmal.',
  signature_invalid: 'Die Signatur stimmt nicht. Prüfe das Webhook-Geheimnis.',
  signature_time:
    'Die Signatur stimmt, ihre Zeit nicht: Eine der beiden Uhren geht falsch, oder die Zustellung war zu lange unterwegs.',
  payload_unusable: 'Der Inhalt ist nicht lesbar. Sende ihn unverändert noch einmal.',
  code_wrong:
    'Der Code stimmt nicht oder gilt nicht mehr. Prüfe die sechs Ziffern; nach fünf Fehlversuchen brauchst du einen neuen.',
  link_unusable: 'Dieser Link ist abgelaufen oder schon benutzt. Lass dir einen neuen schicken.',
  unauthenticated: 'Du bist nicht angemeldet. Melde dich an und versuche es noch einmal.',
  forbidden: 'Das darf nur der Betreiber. Melde dich mit dem passenden Konto an.',
  foreign_origin: 'Die Anfrage kam von einer anderen Seite. Öffne die Werkstatt direkt und versuche es dort.',
  unproven_session: 'Dafür brauchen wir einen Beweis, dass die Adresse dir gehört. Öffne den Link aus unserer Mail.',
  no_grant: 'Dafür brauchst du den Kurs. Unter /bestellen kannst du ihn kaufen.',
  grant_revoked:
    'Dein Zugang zu diesem Kurs ist beendet. In deinem Konto steht, warum; schreib uns, wenn das nicht stimmt.',
  not_released: 'Diese Lektion ist noch nicht offen. Auf der Kursseite steht, wann sie öffnet.',
  not_found: 'Das gibt es hier nicht. Prüfe die Adresse oder geh zurück zur Übersicht.',
  method_not_allowed: 'Diese Adresse nimmt solche Anfragen nicht an.',
  already_owner: 'Du hast den Kurs schon. Geh in deine Werkstatt und mach weiter.',
  price_changed: 'Der Preis hat sich geändert. Lade die Seite neu, prüfe ihn und bestelle dann.',
  address_taken:
    'Diese Adresse können wir hier nicht eintragen. Nimm eine andere, oder lass uns unter „Bezahlt, aber kein Zugang?“ nachsehen.',
  address_locked:
    'Die Adresse lässt sich hier nicht mehr ändern: Sie wurde schon einmal korrigiert, oder das Konto ist schon in Gebrauch. Unter „Bezahlt, aber kein Zugang?“ helfen wir weiter.',
  notebook_full:
    'Dein Heft ist voll. Nimm es als Datei mit und lösch, was du nicht mehr brauchst; dann passt wieder etwas hinein.',
  conflict: 'Das hat sich inzwischen geändert. Lade die Seite neu und versuche es noch einmal.',
  too_large: 'Das ist zu groß. Kürze es und sende es noch einmal.',
  unsupported_media_type: 'Dieses Format nehmen wir nicht an. Sende JSON.',
  rate_limited: 'Das waren zu viele Versuche. Warte kurz und versuche es dann noch einmal.',
  internal: 'Bei uns ist etwas schiefgegangen. Versuche es gleich noch einmal; bleibt es so, nenne uns die Nummer.',
  paper_busy: 'Gerade werden viele PDFs gemacht. Versuche es in einer halben Minute noch einmal.',
  paper_under_way: 'Dein voriges PDF wird noch gemacht. Warte, bis es da ist, und hol dir dann das nächste.',
  paper_failed: 'Das PDF ließ sich gerade nicht machen. Versuche es noch einmal; bleibt es so, nenne uns die Nummer.',
  payments_unavailable:
    'Die Kasse ist gerade nicht erreichbar. Es wurde nichts gebucht; versuche es in ein paar Minuten.',
  mail_unavailable: 'Mails können gerade nicht verschickt werden. Wir versuchen es von selbst weiter.',
  videos_unavailable: 'Der Videodienst ist gerade nicht erreichbar. Versuche es in ein paar Minuten noch einmal.',
  database_unavailable: 'Wir kommen gerade nicht an unsere Daten. Versuche es in einer Minute noch einmal.',
}

const unavailable = {
  stripe: 'payments_unavailable',
  resend: 'mail_unavailable',
  bunny: 'videos_unavailable',
  postgres: 'database_unavailable',
} as const

/** When to try again while a service is away. */
const COME_BACK_SECONDS = 30

/** The error as clients may know it; details of zod and SQL stay inside. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error
  if (!isOutsideError(error)) return new AppError('internal', String(error), { cause: error })
  if (error.failure === 'not_found') return new AppError('not_found', error.message, { cause: error })
  if (error.failure === 'rejected') return new AppError('internal', error.message, { cause: error })
  return new AppError(unavailable[error.service], error.message, { cause: error, retryAfter: error.retryAfter })
}

/** The German sentence for a code; facts of the refusal (a date, a price, a wait) make it precise. */
export function sentenceFor(code: ErrorCode, details: AppError['details'] = {}): string {
  const { opensAt, amount, maybeBooked, book } = details.facts ?? {}
  if (book === true) return `${sentences[code]} Die Textdatei deines Hefts bekommst du sofort.`
  if (code === 'not_released' && typeof opensAt === 'string' && !Number.isNaN(Date.parse(opensAt)))
    return `Diese Lektion öffnet am ${openingMoment(opensAt)}.`
  if (code === 'payments_unavailable' && maybeBooked === true)
    return 'Stripe hat nicht rechtzeitig geantwortet. Drück noch einmal auf denselben Knopf: Gebucht wird nur einmal.'
  if (code === 'price_changed' && typeof amount === 'number') {
    const price = new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(amount / 100)
    return `Der Preis hat sich geändert: Er ist jetzt ${price}. Lade die Seite neu und prüfe ihn, bevor du bestellst.`
  }
  if (code === 'rate_limited' && details.retryAfter && details.retryAfter > 90)
    return `Das waren zu viele Versuche. Warte etwa ${Math.ceil(details.retryAfter / 60)} Minuten und versuche es dann noch einmal.`
  return sentences[code]
}

/** `{ error: { code, message, requestId, fields?, facts? } }` with the code's status. */
export function errorResponse(error: unknown, requestId: string, log?: Log): Response {
  const refusal = toAppError(error)
  const status = errorStatus[refusal.code]
  if (log && status >= 500)
    log.error({ err: refusal.details.cause ?? refusal, refusal: refusal.code }, 'request failed')
  const { fields, facts } = refusal.details
  const retryAfter = refusal.details.retryAfter ?? (status === 503 ? COME_BACK_SECONDS : undefined)
  const headers: Record<string, string> = retryAfter ? { 'retry-after': String(Math.ceil(retryAfter)) } : {}
  const message = sentenceFor(refusal.code, refusal.details)
  return json({ error: { code: refusal.code, message, requestId, fields, facts } }, { status, headers, requestId })
}

interface AnswerOptions {
  status?: number
  headers?: Record<string, string>
  /** `Set-Cookie` values from `cookies.ts`. */
  cookies?: string[]
  requestId?: string
}

function headersOf({ headers, cookies, requestId }: AnswerOptions): Headers {
  const result = new Headers({ 'cache-control': 'no-store', ...headers })
  if (requestId) result.set('x-request-id', requestId)
  for (const cookie of cookies ?? []) result.append('set-cookie', cookie)
  return result
}

/** A JSON answer. Nothing of ours may be cached by anyone. */
export function json(body: unknown, options: AnswerOptions = {}): Response {
  return Response.json(body, { status: options.status ?? 200, headers: headersOf(options) })
}

/** 303 after a form: the browser goes on with GET. `path` is one of `paths`, so it cannot leave our origin. */
export function seeOther(path: string, options: Omit<AnswerOptions, 'status'> = {}): Response {
  const headers = headersOf(options)
  headers.set('location', path)
  return new Response(null, { status: 303, headers })
}
