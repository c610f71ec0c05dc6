import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { ensureBuilt } from '../../start/build.ts'
import { openLogs } from '../../start/logs.ts'
import { createSupervisor } from '../../start/supervisor.ts'
import { root } from './processes.ts'

/** Builds the tree unless a build of exactly these sources exists. Throws with the end of the build's log. */
export async function ensureTestBuild(say: (line: string) => void): Promise<void> {
  const folder = path.join(root, 'build')
  mkdirSync(path.join(folder, 'logs'), { recursive: true })
  const logs = openLogs(folder)
  await ensureBuilt(
    createSupervisor(say, () => {}),
    logs.of('build'),
    say,
  ).finally(() => logs.close())
}
