import path from 'node:path'
import { type Heaped, heapArguments, memoryMb, paperEnvironment } from './limits.ts'
import { root } from './settings.ts'

/**
 * Replaces this process by the one that does the work, with its own memory limit, which V8 takes only at the start. The
 * process id stays, so that signals of a container, systemd or npm reach the right process.
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
