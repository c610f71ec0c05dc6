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
 * One attempt to hand a letter to the provider, always with the same idempotency key and the same bytes. Any number of
 * workers may try at once. Ended jobs are answered: success, a refusal for good (`parked`), a letter that is too late
 * or refused while nobody waits for it (`dropped`), and `unknown` when 23 h have passed since the first attempt with an
 * unknown outcome: the provider then forgets the key, and a person decides. What is worth another try is thrown:
 * `OutsideError('resend')`, `paper_busy`, `paper_failed`, `database_unavailable`. Not inside a transaction.
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
          // Stored in the row, so that every retry sends the same bytes; each of the provider's events brings it back.
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

/** A parked letter that got through shows that its cause is over. If this fails, `sweepLetters` makes up for it. */
async function freeTheOthers(ctx: Ctx, parkedFor: string | null): Promise<void> {
  const cause = sharedCauses.find((shared) => shared === parkedFor)
  if (!cause) return
  await ctx.alarms.clear(ctx.db, cause).catch(() => {})
  await retryParked(ctx, { cause }).catch((error) => ctx.log.warn({ err: error, cause }, 'others stay parked for now'))
}

/**
 * After a definite failure the clock for unknown outcomes is set back to where it was before this attempt. A parked
 * letter needs no job: `sweepLetters` tries one per cause.
 */
async function failed(ctx: Ctx, letter: LetterRow, beganAt: Date, error: OutsideError): Promise<SendOutcome> {
  const now = ctx.clock.now()
  // A clock that another worker's attempt has started runs on, whatever became of ours.
  const isOurClock = letter.ambiguousAt?.getTime() === beganAt.getTime()
  const ambiguousAt = !error.ambiguous && isOurClock ? null : letter.ambiguousAt
  const cause = parkCause(error)
  const parkedFor = cause && parkFor({ kind: letter.kind, amountTotal: amountOf(letter.inputs) }, cause)
  // Anybody can type an address that the provider refuses; such a letter must not raise an alarm.
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
