import { setTimeout as sleep } from 'node:timers/promises'
import type { Plan } from './plan.ts'
import { json, persist } from './stripeSide.ts'
import type { ChaosWorld } from './world.ts'

/**
 * After the last fault everything must be in order within this time: two minutes, and for jobs that failed all along as
 * long again as they have failed (exponential back-off), with room for a fire that took longer than planned.
 */
export const drainMs = (plan: Plan) => 120_000 + 2 * plan.seconds * 1_000
const LOOK_MS = 500
/** How many looks in a row must find nothing under way. */
const QUIET_LOOKS = 3

/** Ends and starts every part in order, as a deploy does. */
export async function deploy(world: ChaosWorld, plan: Plan): Promise<void> {
  const webs = Array.from({ length: plan.webs }, (_, index) => `web${index + 1}`)
  const workers = Array.from({ length: plan.workers }, (_, index) => `worker${index + 1}`)
  for (const name of [...workers, ...webs]) {
    await world.part(name)?.kill('SIGTERM')
    await world.start(name)
  }
}

/** Waits until nothing is under way anywhere; false when the time is over. `meanwhile` runs at every look. */
export async function untilQuiet(
  world: ChaosWorld,
  withinMs: number,
  meanwhile: () => Promise<void> = async () => {},
  mayEnd: () => boolean = () => true,
): Promise<boolean> {
  const deadline = Date.now() + withinMs
  let quiet = 0
  while (Date.now() < deadline) {
    await meanwhile()
    quiet = mayEnd() && (await isQuiet(world)) ? quiet + 1 : 0
    if (quiet >= QUIET_LOOKS) return true
    await sleep(LOOK_MS)
  }
  return false
}

async function isQuiet(world: ChaosWorld): Promise<boolean> {
  const idle = async (url: string) => {
    const { text } = await persist(url, () => json(`${url}/_state`, 'GET'))
    return (JSON.parse(text) as { idle: boolean }).idle
  }
  const [row] = await world.sql<{ open: number; letters: number; jobs: number }>(`select
    (select count(*)::int from webhook_event where handled_at is null) as open,
    (select count(*)::int from letter where state in ('queued', 'parked')) as letters,
    (select count(*)::int from pgboss.job where state < 'completed' and name <> 'dead'
      and start_after < now() + interval '10 minutes') as jobs`)
  if (!row || row.open + row.letters + row.jobs > 0) return false
  return (await idle(world.stripe)) && (await idle(world.resend))
}
