import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildTree } from '#start/buildTree.ts'
import { bundleInto } from '#start/bundles.ts'
import { root } from '#tests/kit/processes.ts'
import { makePlan } from './chaos/plan.ts'
import { command, report } from './chaos/report.ts'
import { runChaos } from './chaos/run.ts'

/**
 * `npm run chaos -- --seed 7 --purchases 200 --kills 60 --seconds 150`: a day of faults on real processes, then the
 * question whether anything was lost or done twice. Ignores every setting of the product; ends only what it started.
 */

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    purchases: { type: 'string', default: '200' },
    kills: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '150' },
    webs: { type: 'string', default: '2' },
    workers: { type: 'string', default: '2' },
  },
})

const number = (name: keyof typeof values, least: number, most: number): number => {
  const given = Number(values[name])
  if (Number.isInteger(given) && given >= least && given <= most) return given
  throw new Error(`--${name} must be a whole number from ${least} to ${most}.`)
}

async function main(): Promise<void> {
  const plan = makePlan(values.seed === undefined ? Math.floor(Math.random() * 1e6) : number('seed', 0, 1e9), {
    purchases: number('purchases', 1, 5_000),
    kills: number('kills', 0, 1_000),
    seconds: number('seconds', 5, 3_600),
    webs: number('webs', 1, 8),
    workers: number('workers', 1, 8),
  })
  console.log(command(plan))
  await buildTree((line) => console.log(line))
  mkdirSync(path.join(root, 'build'), { recursive: true })
  const bundles = mkdtempSync(path.join(root, 'build', 'chaos-'))
  try {
    await bundleInto(bundles)
    const outcome = await runChaos(plan, bundles, (line) => console.log(line))
    console.log(report(outcome))
    process.exitCode = outcome.violations.length + outcome.tally.surprises.length === 0 ? 0 : 1
  } finally {
    rmSync(bundles, { recursive: true, force: true })
  }
}

await main().catch((error: Error) => {
  console.error(error.stack)
  console.error(`Again: npm run chaos -- ${process.argv.slice(2).join(' ')}`)
  process.exitCode = 1
})
