import { paths } from '#app/_http/paths.ts'
import type { BenchSwitch } from '#components/flow/Bench.tsx'
import { breakages } from '#libs/sandbox.ts'
import { platform } from '#platform'
import { switches } from './switches.ts'

export interface BenchFacts {
  switches: BenchSwitch[]
  breakAction: string
  purchaseAction: string
}

/** The switches and which are armed; null outside of the sandbox. */
export async function readBench(): Promise<BenchFacts | null> {
  const { sandbox } = platform()
  if (!sandbox) return null
  const armed = await sandbox.armed()
  return {
    switches: breakages.map((what) => ({ what, ...switches[what], armed: armed.includes(what) })),
    breakAction: paths.api.sandboxBreak(),
    purchaseAction: paths.api.sandboxPurchase(),
  }
}
