import { pathToFileURL } from 'node:url'
import { bundleFile, ensureBundled } from './bundles.ts'
import { fail } from './sentence.ts'
import { root } from './settings.ts'

/** `npm run cli -- …`: bundles the command line if its sources changed (0.3 s), then runs it. */
async function main(): Promise<void> {
  process.chdir(root)
  await ensureBundled(['cli', 'paper'])
  await import(pathToFileURL(bundleFile('cli', false)).href)
}

main().catch(fail)
