import path from 'node:path'
import { type Heaped, heapArguments, memoryMb, paperEnvironment } from './limits.ts'
import { root } from './settings.ts'

/**
 * Turns this process into the one that does the work, under its own memory limit: V8 takes a limit only at its birth.
 * The process id stays, so whoever sends signals (a container, systemd, npm) reaches the right one.
 */
export function become(part: Heaped, program: string, memorySetting: number | undefined): never {
  const memory = memoryMb(memorySetting)
  const args = [...heapArguments(part, memory), path.resolve(root, program)]
  process.execve?.(process.execPath, [process.execPath, '--disable-warning=ExperimentalWarning', ...args], {
    ...process.env,
    ...paperEnvironment(memory),
  })
  throw new Error('This system cannot replace a running process.')
}
