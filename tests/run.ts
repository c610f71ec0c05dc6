import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildTree } from '#start/buildTree.ts'
import { environmentNames } from '../config.ts'
import { findChromium } from './kit/chromium.ts'
import { slowest } from './kit/fileTimes.ts'
import { root } from './kit/processes.ts'

/**
 * `npm test`: unit, integration, faults, a minute of the soak, browser, in this order. `-- --only integration` runs one
 * of them, and `-- --only proof` (`npm run proof`) what takes too long for every day. Ends with the ten slowest files.
 * Ignores `.env.local` and every setting of the product; a foreign database only through TEST_DATABASE_URL.
 */

const suites = ['unit', 'integration', 'faults', 'soak', 'browser'] as const
const all = [...suites, 'proof'] as const
const SLOWEST = 10
const reporter = './tests/kit/fileTimes.ts'

function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours = new Set<string>(environmentNames)
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.has(name))) as NodeJS.ProcessEnv
}

/** „7 s“, „3 min 20 s“. */
function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function run(name: string, args: string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  console.log(`\n── ${name} ──`)
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
    child.on('exit', (code) => resolve(code === 0))
  })
}

async function main(): Promise<void> {
  const at = process.argv.indexOf('--only')
  const wanted = at > 0 ? all.filter((suite) => suite === process.argv[at + 1]) : suites
  if (wanted.length === 0) throw new Error(`There is no such suite. Choose one of: ${all.join(', ')}.`)
  const env = cleanEnvironment()
  if (wanted.some((suite) => suite !== 'unit')) await buildTree((line) => console.log(line))
  if (wanted.includes('browser')) env.CHROMIUM_PATH = await findChromium()
  const folder = mkdtempSync(path.join(tmpdir(), 'werkstatt-times-'))
  env.TEST_TIMES = path.join(folder, 'times.jsonl')
  const lines: string[] = []
  let good = true
  for (const suite of wanted) {
    const args =
      suite === 'browser'
        ? ['node_modules/@playwright/test/cli.js', 'test', `--reporter=list,${reporter}`]
        : ['node_modules/vitest/vitest.mjs', 'run', '--project', suite, '--reporter=default', `--reporter=${reporter}`]
    const start = performance.now()
    const passed = await run(suite, args, env)
    good &&= passed
    lines.push(`${passed ? 'ok  ' : 'FAIL'} ${suite} ${inWords(performance.now() - start)}`)
  }
  const slow = slowest(env.TEST_TIMES, SLOWEST).map(({ file, ms }) => `${inWords(ms).padStart(12)}  ${file}`)
  rmSync(folder, { recursive: true, force: true })
  console.log(`\nthe ${slow.length} slowest files:\n${slow.join('\n')}`)
  console.log(`\n${lines.join('\n')}`)
  process.exitCode = good ? 0 : 1
}

await main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
