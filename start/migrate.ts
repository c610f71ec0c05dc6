import { ensureAdmins } from '#domain/access/ensureAdmins.ts'
import { migrate } from '#libs/migrate.ts'
import { demandPooler } from '#libs/pooler.ts'
import { ctxFor, platform } from '#platform'

/**
 * The supervisor's second step: the schema, then the persons of `ADMIN_EMAILS`. Ends with 0, or with 1 and a sentence.
 */
async function run(): Promise<void> {
  const { config, close } = platform('start')
  await demandPooler(config)
  await migrate(config.directUrl)
  await ensureAdmins(ctxFor('start'))
  await close()
}

run().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.stack)
    if (process.send) process.send({ type: 'failed', sentence: error.message }, () => process.exit(1))
    else process.exit(1)
  },
)
