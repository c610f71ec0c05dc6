import { parseArgs } from 'node:util'
import { buildTree } from '#start/buildTree.ts'
import { report, runSoak } from './run.ts'

/**
 * `npm run soak -- --minutes 10 --seed 7`: mixed traffic on one web with its real limits, on a fresh workshop. Ignores
 * every setting of the product, stays on this machine, and ends by itself.
 */

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } })

async function main(): Promise<void> {
  const minutes = Number(values.minutes)
  if (!(minutes >= 0.5 && minutes <= 24 * 60)) throw new Error('--minutes must be a number from 0.5 to 1440.')
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e6) : Number(values.seed)
  if (!Number.isInteger(seed) || seed < 0) throw new Error('--seed must be a whole number.')
  console.log(`npm run soak -- --minutes ${minutes} --seed ${seed}`)
  await buildTree((line) => console.log(line))
  const outcome = await runSoak({ seed, minutes }, (line) => console.log(line))
  console.log(report(outcome))
  process.exitCode = outcome.faults.length === 0 ? 0 : 1
}

await main().catch((error: Error) => {
  console.error(error.stack)
  process.exitCode = 1
})
