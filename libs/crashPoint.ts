import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CrashPoint } from '#ports'

/**
 * Kills this process with SIGKILL at the named point, once per data folder: the marker file stops the restarted
 * process from dying again. `point:3` lets two passes by and dies at the third. `crashAt` is null outside the emulated
 * sandbox (`config.ts`), and then this does nothing.
 */
export function createCrashPoint(crashAt: string | null, dataDir: string): (name: CrashPoint) => void {
  if (crashAt === null) return () => {}
  const [point, nth = '1'] = crashAt.split(':')
  let passes = 0
  return (name) => {
    if (name !== point || ++passes < Number(nth)) return
    const folder = path.join(dataDir, 'crashed')
    mkdirSync(folder, { recursive: true })
    try {
      writeFileSync(path.join(folder, name), String(process.pid), { flag: 'wx' })
    } catch {
      return
    }
    process.kill(process.pid, 'SIGKILL')
  }
}
