import { pathToFileURL } from 'node:url'
import { bundleFile, ensureBundled } from './build.ts'
import { prepareRole, refuseOldSchema } from './role.ts'
import { fail } from './sentence.ts'

/** `npm run worker`: one worker process against `DATABASE_URL`, nothing else. Any number may run, on any machine. */
async function main(): Promise<void> {
  const config = prepareRole()
  await ensureBundled(['worker'])
  await refuseOldSchema(config.databaseUrl)
  await import(pathToFileURL(bundleFile('worker', false)).href)
}

main().catch(fail)
