import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { root } from '#start/settings.ts'
import { becomesReady, cleanEnvironment, memoryOf, stopChild } from './shop.ts'

/** A Next app with one page and one route, beside which ours is measured. It never becomes part of the product. */
export interface BareNext {
  origin: string
  pid: number
  memory(): number
  stop(): Promise<void>
}

const source = path.join(root, 'benchmarks', 'bareNext')
const folder = path.join(root, 'build', 'bareNext')
const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
const files = ['next.config.mjs', 'app/layout.bare.js', 'app/page.bare.js', 'app/api/bare/route.bare.js']
/** As the product's web process has them (start/parts.ts). */
const webMemory = ['--max-old-space-size=192', '--max-semi-space-size=16']

export async function buildBareNext(): Promise<void> {
  const version = readFileSync(path.join(root, 'node_modules', 'next', 'package.json'), 'utf8')
  const stamp = [version, ...files.map((file) => readFileSync(path.join(source, file), 'utf8'))].join('\n')
  const stampFile = path.join(folder, 'stamp')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(source, folder, { recursive: true })
  await promisify(execFile)(process.execPath, [next, 'build', folder], {
    cwd: folder,
    env: { ...cleanEnvironment(), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
  writeFileSync(stampFile, stamp)
}

export async function openBareNext(port: number, webhookSecret: string, logFile: string): Promise<BareNext> {
  const output = openSync(logFile, 'a')
  const child = spawn(process.execPath, [...webMemory, next, 'start', folder, '-p', String(port), '-H', '127.0.0.1'], {
    cwd: folder,
    env: {
      ...cleanEnvironment(),
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      STRIPE_WEBHOOK_SECRET: webhookSecret,
    },
    stdio: ['ignore', output, output],
  })
  const origin = `http://127.0.0.1:${port}`
  await becomesReady(child, logFile, async () => (await fetch(origin)).ok)
  const pid = child.pid ?? 0
  return { origin, pid, memory: () => memoryOf(pid), stop: () => stopChild(child) }
}
