import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { browserCalls } from './browserCalls.ts'
import { citedPaths } from './citedPaths.ts'
import { commentLines } from './commentLines.ts'
import { earlyForms } from './earlyForms.ts'
import { faultTable } from './faultTable.ts'
import { importOrder } from './importOrder.ts'
import { lockComplete } from './lockComplete.ts'
import { longestFunctions } from './longestFunctions.ts'
import { root } from './sources.ts'

/** `npm run check`: types, style, layout, documents, lock file. Prints every problem, exits 1 if there is one. */

const bin = (name: string) => path.join(root, 'node_modules/.bin', name)

function tool(name: string, command: string, args: string[]): boolean {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  return status === 0
}

const results = [
  existsSync(path.join(root, 'next-env.d.ts')) || tool('route types', bin('next'), ['typegen']),
  tool('types', bin('tsc'), ['-p', '.', '--noEmit']),
  tool('nothing unused', process.execPath, [
    path.join(root, 'node_modules/knip/bin/knip.js'),
    '--no-progress',
    '--treat-config-hints-as-errors',
  ]),
  tool('lint and format', bin('biome'), ['check', '--error-on-warnings', '.']),
  ...[importOrder, browserCalls, citedPaths, faultTable, earlyForms, commentLines, lockComplete].map((check) => {
    const problems = check.run()
    for (const problem of problems) console.error(`  ${problem}`)
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${check.name}`)
    return problems.length === 0
  }),
]
console.log(
  `The longest functions:\n${longestFunctions()
    .map((line) => `  ${line}`)
    .join('\n')}`,
)
process.exit(results.every(Boolean) ? 0 : 1)
