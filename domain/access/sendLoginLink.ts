import { findPerson, holdPerson, insertLoginToken } from '#domain/access/store.ts'
import { linkEnd } from '#domain/access/welcomeIn.ts'
import { queueLetter } from '#domain/mail/queueLetter.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * The operator sends somebody a login letter. It carries a link only: a code works in the browser that asked for it,
 * and here none did. It goes to the person's own address, so nobody else gets in (I7), and lasts 7 days like a welcome
 * link, because its reader is not waiting for it. Repeating the key sends nothing more and answers the same letter.
 * Throws `not_found`, `conflict` (the key stands for something else).
 */
export async function sendLoginLink(
  ctx: Ctx,
  input: { personId: string; actor: string; key: string },
): Promise<{ letterId: string }> {
  const { personId, actor, key } = input
  const uniqueKey = `login:hand:${key}`
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    // Locked: an address that is being corrected at this moment must not get a link that outlives the correction.
    await holdPerson(inside, personId)
    const person = await findPerson(inside, { id: personId })
    if (!person) throw new AppError('not_found', 'no such person')
    const letterId = ctx.ids.fromName(uniqueKey)
    const entry = { id: key, actor, action: 'person.login-link', personId, detail: { letterId } }
    if (!(await ctx.audit.record(db, entry))) return { letterId }
    await queueLetter(inside, { kind: 'login', uniqueKey, to: person.emailRaw, personId, inputs: { sentByHand: true } })
    const { tokens } = ctx
    const now = ctx.clock.now()
    await insertLoginToken(inside, {
      id: letterId,
      personId,
      purpose: 'welcome',
      tokenHash: tokens.sha256(tokens.linkToken(letterId, tokens.linkKeyId)),
      createdAt: now,
      expiresAt: linkEnd('welcome', now),
    })
    return { letterId }
  })
}
