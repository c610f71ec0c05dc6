import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')

export interface TestProcess {
  readonly pid: number
  /** Everything it printed so far, for tests that grep logs. */
  readonly output: string
  kill(signal: NodeJS.Signals): Promise<void>
  readonly running: boolean
}

/** Starts a Node process of ours and waits for its `{ type: 'ready' }` or for `ready()` to answer. */
export async function startProcess(options: {
  name: string
  args: string[]
  env: Record<string, string>
  logFile: string
  ready?: () => Promise<boolean>
  withinMs?: number
  /** A file descriptor for standard output and error instead of `logFile`: a full disk, a pipe that nobody reads. */
  printsTo?: number
}): Promise<TestProcess> {
  const out = options.printsTo ?? ('pipe' as const)
  // The inspector opens only when `tests/kit/heap.ts` asks for it, then on a port of its own.
  const preload = ['--inspect-port=0', '--import', path.join(root, 'start/dieWithParent.mjs')]
  const child = spawn(process.execPath, [...preload, ...options.args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...options.env },
    stdio: ['ignore', out, out, 'ipc'],
    detached: true,
  })
  let output = ''
  const file = createWriteStream(options.logFile, { flags: 'a' })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      file.write(chunk)
    })
  await becomesReady(child, options, () => output)
  return {
    get pid() {
      return child.pid ?? 0
    },
    get output() {
      return output
    },
    get running() {
      return child.exitCode === null && child.signalCode === null
    },
    kill: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await once(child, 'exit')
    },
  }
}

async function becomesReady(
  child: ChildProcess,
  options: { name: string; ready?: () => Promise<boolean>; withinMs?: number },
  output: () => string,
): Promise<void> {
  const withinMs = options.withinMs ?? 90_000
  let said = false
  child.on('message', (message) => {
    if ((message as { type?: string } | null)?.type === 'ready') said = true
  })
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error(`${options.name} ended with ${child.exitCode}:\n${output().slice(-3000)}`)
    if (said || (options.ready && (await options.ready().catch(() => false)))) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  child.kill('SIGKILL')
  throw new Error(`${options.name} was not ready within ${withinMs} ms:\n${output().slice(-3000)}`)
}
