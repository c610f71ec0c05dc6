import { totalmem } from 'node:os'
import { paperLimits } from '#paper/desk.ts'

/**
 * How much memory each of our processes may take. Derived from the memory of this machine or container, or from
 * `WERKSTATT_MEMORY_MB`. V8 takes only what it needs below its limit.
 */

const MB = 1024 * 1024

/** Bounds of V8's old space, in MB, and the share of the memory between them. */
const heaps = {
  // Twice what is in use after every page was visited; with less the garbage collector takes too much time.
  web: { share: 1 / 8, least: 256, most: 1_024 },
  worker: { share: 1 / 16, least: 192, most: 512 },
  // The thread that draws documents, beside the heap of its process. Started by the first document, never ended.
  paper: { share: 1 / 16, least: paperLimits.heapMb, most: 512 },
} as const
type Limited = keyof typeof heaps
/** Parts that are processes of their own. */
export type Heaped = Exclude<Limited, 'paper'>

/** MB of V8's young generation: large enough that a request's short-lived objects do not reach the old space. */
const SEMI_SPACE_MB = 16

/** MB that all our parts may plan with. */
export function memoryMb(setting: number | undefined): number {
  if (setting !== undefined) return setting
  // Outside of a container this is 0 or a huge number.
  const container = process.constrainedMemory() || Number.POSITIVE_INFINITY
  return Math.floor(Math.min(totalmem(), container) / MB)
}

/** MB of old space for one process, or thread, of a kind. */
export const heapMb = (part: Limited, memory: number): number => {
  const { share, least, most } = heaps[part]
  return Math.round(Math.min(most, Math.max(least, memory * share)))
}

/** The thread's limit as an environment variable for `config.ts`, because V8 has no argument for it. */
export const paperEnvironment = (memory: number) => ({ WERKSTATT_PAPER_MB: String(heapMb('paper', memory)) })

/** Arguments for node. */
export const heapArguments = (part: Heaped, memory: number): string[] => [
  `--max-old-space-size=${heapMb(part, memory)}`,
  `--max-semi-space-size=${SEMI_SPACE_MB}`,
]
