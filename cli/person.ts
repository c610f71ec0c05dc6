import { endAllSessions } from '#domain/access/endAllSessions.ts'
import { findPersonByEmail } from '#domain/access/findPersonByEmail.ts'
import { promotePerson } from '#domain/access/promotePerson.ts'
import { AppError } from '#errors'
import type { Ctx } from '#ports'

async function personOf(ctx: Ctx, email: string | undefined) {
  const person = email ? await findPersonByEmail(ctx, email) : null
  if (!person) throw new AppError('not_found', `No person with the address "${email ?? ''}".`)
  return person
}

/** `person promote <email>` (makes an operator), `person show <email>`, `person logout <email>` (everywhere). */
export const commands: Record<string, (ctx: Ctx, args: string[]) => Promise<void>> = {
  promote: async (ctx, [email]) => {
    if (!email) throw new AppError('invalid_input', 'person promote <email>')
    const { changed } = await promotePerson(ctx, email)
    console.log(
      changed ? `${email} is an operator now. Log in at ${ctx.settings.siteUrl}/anmelden.` : 'Already an operator.',
    )
  },
  show: async (ctx, [email]) => {
    console.log(JSON.stringify(await personOf(ctx, email), null, 2))
  },
  logout: async (ctx, [email]) => {
    await endAllSessions(ctx, (await personOf(ctx, email)).id)
    console.log('Logged out everywhere.')
  },
}
