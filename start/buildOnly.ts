import { isBuilt } from './build.ts'
import { buildTree } from './buildTree.ts'
import { fail } from './sentence.ts'
import { root } from './settings.ts'

/** `npm run build`: everything that `npm start`, `npm run web` and `npm run worker` need, and nothing is started. */
async function main(): Promise<void> {
  process.chdir(root)
  if (isBuilt()) return console.log('The build is one of exactly these sources already.')
  await buildTree(console.log)
}

main().catch(fail)
