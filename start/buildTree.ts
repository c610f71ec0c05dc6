import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { ensureBuilt } from './build.ts'
import { openLogs } from './logs.ts'
import { root } from './settings.ts'
import { createSupervisor } from './supervisor.ts'

/**
 * Builds the tree where nothing is started: its log lies beside the build. Nothing to do if a build of exactly these
 * sources exists. Throws `StartError` with the end of the build's log.
 */
export async function buildTree(say: (line: string) => void): Promise<void> {
  const folder = path.join(root, 'build')
  mkdirSync(path.join(folder, 'logs'), { recursive: true })
  const logs = openLogs(folder)
  const supervisor = createSupervisor(say, () => {})
  const stop = () => void supervisor.stop().then(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  try {
    await ensureBuilt(supervisor, logs.of('build'), say)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop)
    logs.close()
  }
}
