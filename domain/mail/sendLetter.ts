import { attachmentsOf } from '#domain/mail/attachmentsOf.ts'
import { renderLetter } from '#domain/mail/renderLetter.ts'
import { retryParked } from '#domain/mail/retryParked.ts'
import {
  alarmSentences,
  amountOf,
  droppedReason,
  failureReason,
  idempotencyKey,
  keyForgotten,
  parkCause,
  parkFor,
  refusedReason,
  type StoredInputs,
  sharedCauses,
  unknownReason,
} from '#domain/mail/rules.ts'
import {
  beginAttempt,
  findLetter,
  type LetterRow,
  markAttemptFailed,
  markHandedOver,
  moveLetter,
} from '#domain/mail/store.ts'
import { isOutsideError, type OutsideError } from '#errors'
import type { Ctx } from '#ports'

export type SendOutcome =
  | { outcome: 'handed_over'; kind: string; handedOverAt: Date }
  | { outcome: 'already_done' | 'parked' | 'dropped' | 'unknown' }

/**
 * One attempt to hand a letter to the provider, with the letter's id as idempotency key and byte-identical content.
 * Any number of workers may try at once. Success, a refusal for good (`parked`) and a letter too late (`dropped`) end
 * the job; anything worth another try is thrown as `OutsideError('resend')`. Repeats end 23 h after the first attempt
 * whose outcome is unknown, because the provider then forgets the key: `unknown`, and a person decides.
 */
export async function sendLetter(ctx: Ctx, letterId: string): Promise<SendOutcome> {
  const letter = await findLetter(ctx, letterId)
  if (!letter || (letter.state !== 'queued' && letter.state !== 'parked')) return { outcome: 'already_done' }
  const now = ctx.clock.now()
  if (letter.dropAfter && letter.dropAfter <= now) return giveUp(ctx, letter, 'dropped', droppedReason)
  if (keyForgotten(letter.ambiguousAt, now)) return giveUp(ctx, letter, 'unknown', unknownReason)
  const rendered = await renderLetter(ctx, letter)
  const attachments = await attachmentsOf(ctx, letter)
  const stored = letter.inputs as unknown as StoredInputs
  const begun = await beginAttempt(ctx, letter.id, now)
  if (!begun) return { outcome: 'already_done' }
  ctx.crashPoint?.('mail.before-send')
  try {
    const { providerId } = await ctx.trace.continue(letter.traceparent, () =>
      ctx.mailer.sendEmail({
        to: letter.toAddress,
        from: stored.frame.from,
        replyTo: stored.frame.replyTo,
        ...rendered,
        attachments,
        tags: {
          letter_id: letter.id,
          kind: letter.kind,
          // From the row, so that every retry sends the same bytes; comes back with each of the provider's events.
          ...(letter.traceparent ? { traceparent: letter.traceparent } : {}),
        },
        idempotencyKey: idempotencyKey(letter.id, stored),
      }),
    )
    ctx.crashPoint?.('mail.after-accept')
    const handedOverAt = ctx.clock.now()
    await markHandedOver(ctx, letter.id, providerId, handedOverAt)
    ctx.log.info({ letterId, kind: letter.kind, purchaseId: letter.purchaseId }, 'letter handed over')
    await freeTheOthers(ctx, letter.parkedFor)
    return { outcome: 'handed_over', kind: letter.kind, handedOverAt }
  } catch (error) {
    if (!isOutsideError(error)) throw error
    return failed(ctx, begun, now, error)
  }
}

async function giveUp(ctx: Ctx, letter: LetterRow, state: 'dropped' | 'unknown', reason: string): Promise<SendOutcome> {
  await moveLetter(ctx, letter.id, ['queued', 'parked'], { state, reason }, ctx.clock.now())
  ctx.log.warn({ letterId: letter.id, kind: letter.kind, state }, 'letter given up')
  return { outcome: state }
}

/** The first letter that gets through after a stop shows that it is over. What fails here, the sweeper does. */
async function freeTheOthers(ctx: Ctx, parkedFor: string | null): Promise<void> {
  const cause = sharedCauses.find((shared) => shared === parkedFor)
  if (!cause) return
  await ctx.alarms.clear(ctx.db, cause).catch(() => {})
  await retryParked(ctx, { cause }).catch((error) => ctx.log.warn({ err: error, cause }, 'others stay parked for now'))
}

/**
 * Definite failures put the clock back to where it stood before this attempt. A parked letter needs no job: the
 * sweeper tries one per cause, and the row is the truth.
 */
async function failed(ctx: Ctx, letter: LetterRow, beganAt: Date, error: OutsideError): Promise<SendOutcome> {
  const now = ctx.clock.now()
  // A clock that another worker's attempt had started runs on, whatever became of ours.
  const isOurClock = letter.ambiguousAt?.getTime() === beganAt.getTime()
  const ambiguousAt = !error.ambiguous && isOurClock ? null : letter.ambiguousAt
  const cause = parkCause(error)
  const parkedFor = cause && parkFor({ kind: letter.kind, amountTotal: amountOf(letter.inputs) }, cause)
  // Anybody can type an address that the provider refuses: such a letter waits for nobody and rings no alarm.
  if (cause && !parkedFor) return giveUp(ctx, letter, 'dropped', refusedReason)
  const state = parkedFor ? 'parked' : 'queued'
  const { id, attempts } = letter
  await markAttemptFailed(ctx, { id, attempts }, { state, reason: failureReason(error), ambiguousAt, parkedFor }, now)
  const facts = { letterId: letter.id, kind: letter.kind, failure: error.failure, ambiguous: error.ambiguous }
  ctx.log.warn({ ...facts, detail: error.message }, parkedFor ? 'letter parked' : 'letter not handed over yet')
  if (!parkedFor) throw error
  await ctx.alarms.raise(parkedFor, alarmSentences[parkedFor])
  return { outcome: 'parked' }
}
