import { migrate } from '#libs/migrate.ts'
import { platform } from '#platform'

/** One run of the supervisor's second step: the schema, then the persons of `ADMIN_EMAILS`. Ends with 0, or 1 and a sentence. */
async function run(): Promise<void> {
  const { config, close } = platform('start')
  await migrate(config.databaseUrl)
  await close()
}

run().then(
  () => process.exit(0),
  (error: Error) => {
    const sentence = error.message
    if (process.send) process.send({ type: 'failed', sentence }, () => process.exit(1))
    else {
      console.error(sentence)
      process.exit(1)
    }
  },
)
