import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundleFile } from './bundles.ts'
import { heapArguments } from './limits.ts'
import type { Plan } from './plan.ts'
import { StartError } from './sentence.ts'
import { root } from './settings.ts'
import { type Launch, type Part, type Supervisor, saysReady } from './supervisor.ts'
import { ownAddress } from './tcpPorts.ts'

const preload = ['--import', path.join(root, 'start', 'dieWithParent.mjs')]

const launch = (args: string[], plan: Plan, output: Launch['output'], env: Launch['env'] = {}): Launch => ({
  file: process.execPath,
  args: [...preload, ...args],
  env: { ...plan.environment, NODE_ENV: plan.dev ? 'development' : 'production', ...env },
  output,
})

/**
 * The emulators of Stripe, Resend and Bunny, in one process. Its keys are not in its arguments, which every user of the
 * machine can read.
 */
export const emulatorsPart = (plan: Plan, output: Launch['output']): Part => ({
  name: 'emulators',
  launch: () =>
    launch([bundleFile('emulators', plan.dev)], plan, output, { WERKSTATT_EMULATORS: JSON.stringify(plan.emulators) }),
  ready: saysReady,
  stopSignal: 'SIGTERM',
  stopMs: 5_000,
})

export const workerPart = (plan: Plan, output: Launch['output']): Part => ({
  name: 'worker',
  launch: () => launch([...heapArguments('worker', plan.memory), bundleFile('worker', plan.dev)], plan, output),
  ready: saysReady,
  stopSignal: 'SIGTERM',
  stopMs: 10_000,
})

/** The web; may start while the schema is still being made, and is ready when it listens and says that it can serve. */
export const webPart = (plan: Plan, output: Launch['output'], schema: Promise<void>): Part => ({
  name: 'web',
  launch: () =>
    launch(
      plan.dev ? ['web/main.ts', '--dev'] : [...heapArguments('web', plan.memory), bundleFile('server', false)],
      plan,
      output,
      { NEXT_TELEMETRY_DISABLED: '1' },
    ),
  ready: async (child: ChildProcess, gone: AbortSignal) => {
    await Promise.all([saysReady(child, gone), schema])
    await answers(`http://${ownAddress(plan.host)}:${plan.port}/api/ready`, gone)
  },
  stopSignal: 'SIGTERM',
  stopMs: 12_000,
})

async function answers(url: string, gone: AbortSignal): Promise<void> {
  while (true) {
    const ok = await fetch(url, { signal: gone }).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ok) return
    await sleep(50, undefined, { signal: gone })
  }
}

/** Schema and admin persons, in a process of its own that ends. Throws `StartError` with its reason. */
export async function runMigration(supervisor: Supervisor, plan: Plan, output: Launch['output']): Promise<void> {
  let sentence: string | undefined
  const { ok, how } = await supervisor.once({
    name: 'migration',
    launch: () => launch([bundleFile('migrate', plan.dev)], plan, output),
    started: (child) =>
      child.on('message', (message) => {
        sentence = (message as { sentence?: string }).sentence
      }),
    stopSignal: 'SIGTERM',
    stopMs: 5_000,
  })
  if (!ok) throw new StartError(sentence ?? `The database's schema could not be made current (${how}).`)
}
