import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { build, isBuilt } from '../../start/build.ts'
import { openLogs } from '../../start/logs.ts'
import { createSupervisor } from '../../start/supervisor.ts'
import { root } from './processes.ts'

/** Builds the tree unless a build of exactly these sources exists. Throws with the end of the build's log. */
export async function ensureBuilt(say: (line: string) => void): Promise<void> {
  if (isBuilt()) return
  say('Building the tree once for the tests …')
  const folder = path.join(root, 'build')
  mkdirSync(path.join(folder, 'logs'), { recursive: true })
  const supervisor = createSupervisor(say, () => {})
  const logs = openLogs(folder)
  await build(supervisor, logs.of('build'))
  logs.close()
}
