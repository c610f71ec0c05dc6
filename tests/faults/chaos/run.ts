import { sendEverybody } from './actions.ts'
import { judge } from './checkers.ts'
import { calm, disturb, liveAndDie, restartOutside } from './deaths.ts'
import { deploy, drainMs, untilQuiet } from './drain.ts'
import { type Evidence, gather } from './evidence.ts'
import { walkIn } from './frontDoor.ts'
import { openOperator } from './operator.ts'
import type { Plan } from './plan.ts'
import type { Outcome } from './report.ts'
import { differences, lastingRows } from './sameness.ts'
import { openTally } from './tally.ts'
import { openChaosWorld } from './world.ts'

/** How long to wait before violations are checked again: some end only once Stripe was asked for missed events. */
const LOOK_AGAIN_MS = 5_000

/**
 * One run: cause faults, drain, check, do everything once more, check again, follow buyers to their lessons. Throws
 * only if the run itself cannot go on.
 */
export async function runChaos(plan: Plan, bundles: string, say: (line: string) => void): Promise<Outcome> {
  const began = Date.now()
  const tally = openTally()
  const world = await openChaosWorld(plan, bundles)
  const operator = openOperator(world)
  const outcome: Outcome = { plan, tally, seen: null, violations: [], took: { fire: 0, drain: 0, again: 0, all: 0 } }
  const lap = lapTimer()
  try {
    await world.start('emulators')
    // Parts with planned deaths are started by `liveAndDie`.
    const immortal = partsOf(plan).filter((name) => !plan.lives.some(({ victim }) => victim === name))
    await Promise.all(immortal.map((name) => world.start(name)))
    say(`Everything runs after ${((Date.now() - began) / 1000).toFixed(1)} s. Now the fire.`)
    lap()
    const crowd = sendEverybody(world, plan, tally)
    await Promise.all([
      crowd.everybody,
      liveAndDie(world, plan, tally),
      disturb(world, plan, tally),
      restartOutside(world, plan, tally),
    ])
    await calm(world)
    outcome.took.fire = lap()
    say(`The fire is out: ${tally.kills.length} kills. Draining.`)
    await deploy(world, plan)
    const deadline = Date.now() + drainMs(plan)
    // Swallowed deliveries are found only by asking Stripe, which the schedule does every five minutes; here the
    // operator asks at once.
    let asked = false
    const helpAlong = async () => {
      await operator.retryLetters()
      asked ||= await operator.reconcile(new Date(began))
    }
    await untilQuiet(world, drainMs(plan), helpAlong, () => asked)
    outcome.seen = await gather(world, crowd)
    outcome.violations = judge(outcome.seen)
    while (outcome.violations.length > 0 && Date.now() < deadline) {
      await untilQuiet(world, LOOK_AGAIN_MS, helpAlong)
      outcome.seen = await gather(world, crowd)
      outcome.violations = judge(outcome.seen)
    }
    outcome.took.drain = lap()
    if (outcome.violations.length > 0) return outcome
    say('Drained, all true. Now everything once more.')
    const counts = await operator.everythingAgain(plan.seed)
    await untilQuiet(world, drainMs(plan))
    const after = await gather(world, crowd)
    outcome.violations = [...judge(after), ...differences(lastingRows(outcome.seen), lastingRows(after))]
    say(`Again: ${counts.deliveries} deliveries, ${counts.replays} replays, ${counts.settles} settles.`)
    outcome.violations.push(...(await walkIn(world, crowd, after as Evidence, tally)))
    outcome.took.again = lap()
    return outcome
  } finally {
    outcome.took.all = Date.now() - began
    await operator.close().catch(() => {})
    await world.close()
  }
}

const partsOf = (plan: Plan) => [
  ...Array.from({ length: plan.webs }, (_, index) => `web${index + 1}`),
  ...Array.from({ length: plan.workers }, (_, index) => `worker${index + 1}`),
]

function lapTimer(): () => number {
  let last = Date.now()
  return () => {
    const now = Date.now()
    const took = now - last
    last = now
    return took
  }
}
