import { promotePerson } from '#domain/access/promotePerson.ts'
import { isListed } from '#domain/access/rules.ts'
import { insertLoginToken } from '#domain/access/store.ts'
import { linkEnd } from '#domain/access/welcomeIn.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

/**
 * A login link for an operator who has a shell but gets no letter: mail may be down, or strangers have used up the
 * limit of the address. Only for addresses in `ADMIN_EMAILS`, which whoever has a shell could change anyway; for others
 * it would open an account without its mailbox (I7). Makes the person an operator if needed (`promotePerson`) and
 * writes an audit entry. Answers the token, usable once within 15 minutes. Throws `forbidden`.
 */
export async function writeLoginLink(ctx: Ctx, email: string): Promise<{ token: string; expiresAt: Date }> {
  if (!isListed(ctx.settings.adminEmails, email))
    throw new AppError('forbidden', 'Links are written only for addresses in ADMIN_EMAILS.')
  return ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const { personId } = await promotePerson(inside, email, 'settings')
    const id = ctx.ids.uuid()
    const token = ctx.tokens.linkToken(id, ctx.tokens.linkKeyId)
    const now = ctx.clock.now()
    const expiresAt = linkEnd('login', now)
    const tokenHash = ctx.tokens.sha256(token)
    await insertLoginToken(inside, { id, personId, purpose: 'login', tokenHash, createdAt: now, expiresAt })
    await ctx.audit.record(db, { id, actor: 'cli', action: 'person.link', personId })
    return { token, expiresAt }
  })
}
