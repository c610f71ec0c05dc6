import { setTimeout as sleep } from 'node:timers/promises'
import { type Buyer, type Crowd, tryToLogIn } from './actions.ts'
import type { Evidence } from './evidence.ts'
import { expectationOf } from './model.ts'
import type { Tally } from './tally.ts'
import type { ChaosWorld } from './world.ts'

/** How many buyers are followed to their lesson; the others are judged by the rows. */
const FOLLOWED = 60
const AT_ONCE = 6
const LOOKS = 10

/** The end of the chain, over public HTTP only: those who paid get in and may watch, others may not (I1, I3). */
export async function walkIn(world: ChaosWorld, crowd: Crowd, seen: Evidence, tally: Tally): Promise<string[]> {
  const wrong: string[] = []
  const people = [...crowd.buyers.values()].filter((buyer) => isAddressed(buyer, seen)).slice(0, FOLLOWED)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let buyer = people.pop(); buyer; buyer = people.pop())
        wrong.push(...(await follow(world, buyer, seen, tally)))
    }),
  )
  return wrong
}

/** A purchase without an address waits for a person; its buyer has no way in yet. */
const isAddressed = (buyer: Buyer, seen: Evidence) =>
  buyer.sessionIds.some((id) => {
    const session = seen.stripe.sessions.find((one) => one.id === id)
    return session !== undefined && (session.customer_details?.email ?? null) !== null
  })

async function follow(world: ChaosWorld, buyer: Buyer, seen: Evidence, tally: Tally): Promise<string[]> {
  const wanted = buyer.sessionIds.some((id) => {
    const session = seen.stripe.sessions.find((one) => one.id === id)
    return session !== undefined && expectationOf(session, seen.stripe).access
  })
  buyer.loggedIn ||= wanted && (await tryToLogIn(world, buyer, LOOKS, tally))
  if (wanted && !buyer.loggedIn) return [`front door: ${buyer.email} paid and cannot log in`]
  const status = await play(world, buyer)
  tally.count(wanted ? 'watch after paying' : 'turned away')
  if (wanted && status !== 200) return [`front door: ${buyer.email} paid, and the lesson answers ${status}`]
  if (!wanted && ![401, 403].includes(status))
    return [`front door: ${buyer.email} may watch without paying (${status})`]
  return []
}

async function play(world: ChaosWorld, buyer: Buyer): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const answer = await buyer.browser.post(`/api/lessons/${world.paidLesson}/play`).catch(() => null)
    if (answer && answer.status < 500) return answer.status
    if (attempt === 5) return answer?.status ?? 0
    await sleep(500)
  }
}
