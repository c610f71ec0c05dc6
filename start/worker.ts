import { become } from './become.ts'
import { bundleFile, ensureBundled } from './bundles.ts'
import { prepareRole, refuseOldSchema } from './role.ts'
import { fail } from './sentence.ts'

/** `npm run worker`: one worker process against `DATABASE_URL`, nothing else. Any number may run, on any machine. */
async function main(): Promise<void> {
  const { config, memorySetting } = prepareRole()
  await ensureBundled(['worker', 'paper'])
  await refuseOldSchema(config.databaseUrl)
  become('worker', bundleFile('worker', false), memorySetting)
}

main().catch(fail)
