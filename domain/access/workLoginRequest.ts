import { accessLimits, normalizeEmail } from '#domain/access/rules.ts'
import { findPerson, holdAddress, insertLoginToken, type PersonRow } from '#domain/access/store.ts'
import { linkEnd } from '#domain/access/welcomeIn.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { AppError, isAppError } from '#errors'
import type { Ctx, JobPayloads } from '#ports'

/**
 * The job behind `sendMagicLink`: a known address gets link and code, an unknown one a letter that says so, under a
 * limit of its own for all unknown addresses together. Letter and token are one transaction. Repeating the job writes
 * nothing more (`uniqueKey` is made of request id and address). `otherwise` may write another letter to an unknown
 * address inside the transaction and then answers true. Throws `invalid_input` for an unusable address.
 */
export async function workLoginRequest(
  ctx: Ctx,
  job: JobPayloads['login.request'],
  otherwise: (inside: Ctx, emailNormal: string) => Promise<boolean> = async () => false,
): Promise<void> {
  const emailNormal = normalizeEmail(job.email)
  if (!emailNormal) throw new AppError('invalid_input', 'login request with an unusable address')
  const known = (await findPerson(ctx, { emailNormal })) !== null
  // Counted before the transaction, which must not wait for the counter's connection. Somebody whose account appears
  // meanwhile still gets the login letter.
  const full = known ? false : await unknownAreFull(ctx)
  const dropAfter = new Date(ctx.clock.now().getTime() + accessLimits.loginLetterMs)
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    // Locked: an address that is being corrected at this moment must not get a link that outlives the correction.
    const person = await holdAddress(inside, emailNormal)
    // Hashed: the key is shown in lists, where no address may stand.
    const uniqueKey = `${person ? 'login' : 'no_access'}:${ctx.tokens.sha256(`${job.requestId}:${emailNormal}`)}`
    if (!person) {
      if (await otherwise(inside, emailNormal)) return
      if (full) return ctx.log.warn({}, 'no letter to an unknown address: too many this hour')
      await queueLetter(inside, { kind: 'no_access', uniqueKey, to: job.email, inputs: {}, dropAfter })
      return
    }
    const to = person.emailRaw
    const letterId = await queueLetter(inside, {
      kind: 'login',
      uniqueKey,
      to,
      personId: person.id,
      inputs: {},
      dropAfter,
    })
    await insertLoginToken(inside, tokenRow(inside, letterId, person, job, dropAfter))
  })
}

/** These letters go to people who may not have asked: nobody shall send to a whole list of addresses through us. */
async function unknownAreFull(ctx: Ctx): Promise<boolean> {
  try {
    await ctx.limits.consume('login_letter_unknown', 'all')
    return false
  } catch (error) {
    if (isAppError(error) && error.code === 'rate_limited') return true
    throw error
  }
}

function tokenRow(ctx: Ctx, letterId: string, person: PersonRow, job: JobPayloads['login.request'], dropAfter: Date) {
  const { tokens } = ctx
  return {
    id: letterId,
    personId: person.id,
    purpose: 'login' as const,
    tokenHash: tokens.sha256(tokens.linkToken(letterId, tokens.linkKeyId)),
    codeHash: tokens.codeHash(letterId, tokens.loginCode(letterId, tokens.linkKeyId)),
    browserHash: job.browserHash,
    next: job.next,
    createdAt: ctx.clock.now(),
    // Counted from the latest possible hand-over; `startLinkClock` sets the true end.
    expiresAt: linkEnd('login', dropAfter),
  }
}
