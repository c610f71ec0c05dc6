import { demotePerson } from '#domain/access/demotePerson.ts'
import { endAllSessions } from '#domain/access/endAllSessions.ts'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { promotePerson } from '#domain/access/promotePerson.ts'
import { writeLoginLink } from '#domain/access/writeLoginLink.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

async function personOf(ctx: Ctx, email: string | undefined) {
  const person = email ? await findPersonByEmail(ctx, email) : null
  if (!person) throw new AppError('not_found', `No person with the address "${email ?? ''}".`)
  return person
}

function needed(email: string | undefined, verb: string): string {
  if (!email) throw new AppError('invalid_input', `person ${verb} <email>`)
  return email
}

/**
 * `person promote <email>` makes an operator, `person demote <email>` takes that back, `person link <email>` prints a
 * login link for an address in `ADMIN_EMAILS`, `person show <email>`, `person logout <email>` (everywhere).
 */
export const commands: Record<string, (ctx: Ctx, args: string[]) => Promise<void>> = {
  promote: async (ctx, [email]) => {
    const { changed } = await promotePerson(ctx, needed(email, 'promote'))
    console.log(
      changed ? `${email} is an operator now. Log in at ${ctx.settings.siteUrl}/anmelden.` : 'Already an operator.',
    )
  },
  demote: async (ctx, [email]) => {
    const { id } = await personOf(ctx, needed(email, 'demote'))
    console.log((await demotePerson(ctx, id)) ? 'No operator any more, and logged out everywhere.' : 'Is no operator.')
  },
  link: async (ctx, [email]) => {
    const { token } = await writeLoginLink(ctx, needed(email, 'link'))
    console.log(`${ctx.settings.siteUrl}/anmelden/link?token=${token}`)
    console.error('It works once, for 15 minutes, in any browser.')
  },
  show: async (ctx, [email]) => {
    console.log(JSON.stringify(await personOf(ctx, email), null, 2))
  },
  logout: async (ctx, [email]) => {
    await endAllSessions(ctx, (await personOf(ctx, email)).id)
    console.log('Logged out everywhere.')
  },
}
