import { become } from './become.ts'
import { ensureBuilt } from './build.ts'
import { bundleFile } from './bundles.ts'
import { prepareRole, refuseOldSchema, roleLog } from './role.ts'
import { fail } from './sentence.ts'
import { createSupervisor } from './supervisor.ts'

/** `npm run web`: one web process against `DATABASE_URL`, nothing else. Any number may run, on any machine. */
async function main(): Promise<void> {
  const { config, memorySetting } = prepareRole()
  await ensureBuilt(
    createSupervisor(console.log, () => process.exit(1)),
    roleLog(config.dataDir),
    console.log,
  )
  await refuseOldSchema(config.databaseUrl)
  become('web', bundleFile('server', false), memorySetting)
}

main().catch(fail)
