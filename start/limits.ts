import { totalmem } from 'node:os'
import { paperLimits } from '#paper/desk.ts'

/**
 * How much memory each of our processes may take, in one place. Derived from what this machine, or the container we are
 * in, really has; `WERKSTATT_MEMORY_MB` says it instead. V8 takes what it needs below its limit, never the whole.
 */

const MB = 1024 * 1024

/** Bounds of V8's old space, in MB, and the share of the memory between them. */
const heaps = {
  // Twice of what lives in it when everything was visited: below that the collector eats the time.
  web: { share: 1 / 8, least: 256, most: 1_024 },
  worker: { share: 1 / 16, least: 192, most: 512 },
  // The thread that draws documents, beside the heap of its process. Begun by the first document, ended by nobody.
  paper: { share: 1 / 16, least: paperLimits.heapMb, most: 512 },
} as const
type Limited = keyof typeof heaps
/** What is a process of its own. */
export type Heaped = Exclude<Limited, 'paper'>

/** Young objects die young: a larger nursery keeps a request's rubbish out of the old space. MB. */
const SEMI_SPACE_MB = 16

/** MB that all our parts may plan with. */
export function memoryMb(setting: number | undefined): number {
  if (setting !== undefined) return setting
  // Without a container: 0, or an absurdly large number.
  const container = process.constrainedMemory() || Number.POSITIVE_INFINITY
  return Math.floor(Math.min(totalmem(), container) / MB)
}

/** MB of old space for one process, or thread, of a kind. */
export const heapMb = (part: Limited, memory: number): number => {
  const { share, least, most } = heaps[part]
  return Math.round(Math.min(most, Math.max(least, memory * share)))
}

/** What a process must be told of: V8 takes no thread's limit from its arguments. Read by `config.ts`. */
export const paperEnvironment = (memory: number) => ({ WERKSTATT_PAPER_MB: String(heapMb('paper', memory)) })

/** Arguments for node. */
export const heapArguments = (part: Heaped, memory: number): string[] => [
  `--max-old-space-size=${heapMb(part, memory)}`,
  `--max-semi-space-size=${SEMI_SPACE_MB}`,
]
