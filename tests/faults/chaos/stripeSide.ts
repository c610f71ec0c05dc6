import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaosWorld } from './world.ts'

/** What happens at Stripe whatever becomes of us: it waits for an emulator that is being restarted. */

const TRIES = 60
const PAUSE_MS = 250
const PATIENCE_MS = 15_000

export interface Answer {
  status: number
  text: string
}

export async function json(url: string, method: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  return { status: response.status, text: await response.text() }
}

/** Until somebody answers, whatever the answer is. */
export async function persist<T>(what: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === TRIES) throw new Error(`${what}: ${error instanceof Error ? error.message : error}`)
      await sleep(PAUSE_MS)
    }
  }
}

/** A switch of the Stripe emulator. Throws when it refuses. */
export async function atStripe(world: ChaosWorld, path: string, body: unknown): Promise<unknown> {
  const answer = await persist(path, () => json(`${world.stripe}${path}`, 'POST', body))
  if (answer.status >= 400) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text.slice(0, 300)}`)
  return JSON.parse(answer.text)
}
