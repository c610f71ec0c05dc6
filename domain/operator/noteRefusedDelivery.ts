import type { AppError, ErrorCode } from '#errors'
import type { Ctx, InboxEvent } from '#ports'

/**
 * Refusals of deliveries that a repetition cannot help. Anybody can cause them, so they are only counted
 * (`RefusedDeliveries`).
 */
const refusedForGood = new Set<ErrorCode>([
  'signature_invalid',
  'signature_time',
  'payload_unusable',
  'too_large',
  'unsupported_media_type',
])

/**
 * A webhook refused a delivery: for good, then it is counted by source and reason; for its time under a true signature,
 * then a clock is wrong and an alarm says so. Does not wait for the database, because the sender's answer must not.
 */
export function noteRefusedDelivery(ctx: Ctx, source: InboxEvent['source'], { code, details }: AppError): void {
  if (code === 'signature_time')
    void ctx.alarms.raise(`webhook_clock_${source}`, clockMessage(senderNames[source], details.facts?.secondsOff))
  if (refusedForGood.has(code)) ctx.refusedDeliveries.count(source, code)
}

const senderNames = { stripe: 'Stripe', resend: 'Resend', bunny: 'Bunny' } as const

const clockMessage = (name: string, secondsOff: unknown) =>
  `Eine echte Zustellung von ${name} wurde abgewiesen, weil ihre Zeit ${minutesOff(Number(secondsOff))} von unserer Uhr abweicht. Am Geheimnis liegt es nicht: Stell die Uhr dieses Rechners (timedatectl); stimmt sie, war die Zustellung so lange unterwegs oder die Uhr von ${name} geht falsch.`
const minutesOff = (seconds: number) =>
  `${Math.round(Math.abs(seconds) / 60)} Minuten ${seconds > 0 ? 'nach vorn' : 'zurück'}`
