import { prepareWelcomeLink } from '#domain/access/prepareWelcomeLink.ts'
import { normalizeEmail, sendableEmail, whyUnusable } from '#domain/access/rules.ts'
import { findPerson, holdPerson } from '#domain/access/store.ts'
import { copyLetter } from '#domain/mail/copyLetter.ts'
import { getLetter } from '#domain/mail/getLetter.ts'
import { holdLetter } from '#domain/mail/holdLetter.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

export interface ResendLetterInput {
  letterId: string
  /** Without it: the account's present address, and without an account where the old letter went. */
  to?: string
  actor: string
  /** UUID of the form: the same key answers the same new letter. */
  key: string
  reason?: string
}

/**
 * The operator's „Neu senden“: a new letter with a new key and, in a welcome letter, a new link (7 days). Answers the
 * new letter's id. A welcome letter goes to the account's own mailbox only, because its link lets its reader in. Throws
 * `not_found`, `invalid_input` with `fields.to`, `conflict` for letters that people ask for anew (login, no access,
 * change of address) and for a key that stands for something else.
 */
export async function resendLetter(ctx: Ctx, input: ResendLetterInput): Promise<string> {
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const known = (await getLetter(inside, input.letterId))?.letter
    // Locks the person before the letter, as a correction of the address does: no link may go to the address just left.
    if (known?.personId) await holdPerson(inside, known.personId)
    const old = await holdLetter(inside, input.letterId)
    if (!old) throw new AppError('not_found', 'no such letter')
    const before = await ctx.audit.find(db, input.key)
    if (before?.action === 'letter.resend' && before.target === old.id) return String(before.detail?.newLetterId)
    if (before) throw new AppError('conflict', 'this key already stands for another action')
    if (isAskedAnew(old.kind))
      throw new AppError('conflict', 'a login letter is asked for anew', { facts: { login: true } })
    const person = old.personId ? await findPerson(inside, { id: old.personId }) : null
    const to = sendableEmail(input.to ?? person?.emailRaw ?? old.toAddress)
    const normal = normalizeEmail(to)
    if (!normal) throw wrongTo(whyUnusable(to))
    if (old.kind === 'welcome' && person && normal !== person.emailNormal)
      throw wrongTo('Der Link darin öffnet das Konto. Korrigiere zuerst die Adresse der Person.')
    const newLetterId = await copyLetter(inside, old, to, input.actor)
    if (old.kind === 'welcome' && person)
      await prepareWelcomeLink(inside, { letterId: newLetterId, personId: person.id })
    await ctx.audit.record(db, {
      id: input.key,
      actor: input.actor,
      action: 'letter.resend',
      personId: old.personId,
      purchaseId: old.purchaseId,
      target: old.id,
      reason: input.reason,
      detail: { newLetterId, kind: old.kind },
    })
    return newLetterId
  })
}

/** Their links and sentences belong to what the reader asked for at that moment. */
const isAskedAnew = (kind: string) => kind === 'login' || kind === 'no_access' || kind.startsWith('address_change_')

const wrongTo = (sentence: string) => new AppError('invalid_input', 'unusable recipient', { fields: { to: sentence } })
