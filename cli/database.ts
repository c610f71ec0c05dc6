import { ensureAdmins } from '#domain/access/ensureAdmins.ts'
import { migrate } from '#libs/migrate.ts'
import { platform } from '#platform'
import type { Ctx } from '#ports'

/**
 * `database migrate` (schema, queues, persons of `ADMIN_EMAILS`; repeatable, any number at once), `database status`.
 */
export const commands: Record<string, (ctx: Ctx, args: string[]) => Promise<void>> = {
  migrate: async (ctx) => {
    await migrate(platform().config.directUrl)
    await ensureAdmins(ctx)
    console.log('The schema is current.')
  },
  status: async () => {
    console.log(`The schema is ${await platform().vitals.schema()}.`)
  },
}
