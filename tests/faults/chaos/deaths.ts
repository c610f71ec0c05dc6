import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '#tests/kit/until.ts'
import type { Life, Plan } from './plan.ts'
import type { Tally } from './tally.ts'
import type { ChaosWorld } from './world.ts'

/** Lives the planned lives of every victim: start, death at a crash point or by the clock, a pause, the next start. */
export async function liveAndDie(world: ChaosWorld, plan: Plan, tally: Tally): Promise<void> {
  const victims = [...new Set(plan.lives.map(({ victim }) => victim))]
  await Promise.all(
    victims.map(async (victim) => {
      const lives = plan.lives.filter((life) => life.victim === victim)
      for (const life of lives) {
        if (victim === 'postgres') await killPostgres(world, life, tally)
        else await liveOnce(world, life, tally)
      }
      if (victim !== 'postgres') await world.start(victim)
    }),
  )
}

async function liveOnce(world: ChaosWorld, life: Life, tally: Tally): Promise<void> {
  const { victim, point } = life
  await world.start(victim, point ? `${point.name}:${point.nth}` : undefined)
  const part = world.part(victim)
  if (!part) throw new Error(`${victim} was not started`)
  const deadline = Date.now() + life.atMostMs
  while (part.running && Date.now() < deadline) await sleep(25)
  const atPoint = !part.running
  // A part that ended without a planned crash point has a bug; its log says which.
  if (atPoint && !point) tally.surprise(`${victim} ended by itself: ${part.output.slice(-400)}`)
  await part.kill('SIGKILL')
  tally.kill(victim, atPoint && point ? point.name : 'by the clock')
  await sleep(life.downMs)
}

async function killPostgres(world: ChaosWorld, life: Life, tally: Tally): Promise<void> {
  await sleep(life.atMostMs)
  tally.kill('postgres', life.backendOnly ? 'one backend' : 'by the clock')
  const began = Date.now()
  if (life.backendOnly) world.postgres.killBackend()
  else {
    await world.postgres.kill()
    await sleep(life.downMs)
    await world.postgres.start()
  }
  await until('PostgreSQL answers again', () => world.sql('select 1'), { withinMs: 60_000, everyMs: 50 })
  tally.recovered('postgres', Date.now() - began)
}

/** Ends and restarts the emulators by the plan: for a while no service answers, and deliveries wait. */
export async function restartOutside(world: ChaosWorld, plan: Plan, tally: Tally): Promise<void> {
  const began = Date.now()
  for (const { at, downMs } of plan.restarts.toSorted((a, b) => a.at - b.at)) {
    await sleep(Math.max(0, at - (Date.now() - began)))
    await world.part('emulators')?.kill('SIGTERM')
    await sleep(downMs)
    await world.start('emulators')
    tally.count('outages of Stripe and Resend')
  }
}

/** Switches faults on and off by the plan; `calm` ends those that could not be switched off. */
export async function disturb(world: ChaosWorld, plan: Plan, tally: Tally): Promise<void> {
  const began = Date.now()
  await Promise.all(
    plan.faults.map(async ({ at, forMs, service, fault }) => {
      await sleep(Math.max(0, at - (Date.now() - began)))
      const added = await ask(`${world[service]}/_faults`, 'POST', fault).catch(() => null)
      if (!added) return
      tally.count(`fault ${service} ${String(fault.kind)}${fault.status ? ` ${String(fault.status)}` : ''}`)
      await sleep(forMs)
      await ask(`${world[service]}/_faults/${(added as { id: string }).id}`, 'DELETE').catch(() => null)
    }),
  )
}

export async function calm(world: ChaosWorld): Promise<void> {
  for (const service of ['stripe', 'resend'] as const)
    await until('the faults are off', () => ask(`${world[service]}/_faults`, 'DELETE'), { withinMs: 20_000 })
}

async function ask(url: string, method: string, body?: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method, headers, body: body ? JSON.stringify(body) : undefined })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status}`)
  return response.json()
}
