import { randomUUID } from 'node:crypto'
import { readConfig } from '#config'
import { retryLetter } from '#domain/mail/retryLetter.ts'
import { reconcile } from '#domain/sales/reconciler/reconcile.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { seededRandom } from '#emulators/kit/random.ts'
import { buildPlatform } from '#platform'
import { json, persist } from './stripeSide.ts'
import type { ChaosWorld } from './world.ts'

/** What a person does in the admin area after such a day, through the same verbs. */
export interface Operator {
  /** „Noch einmal versuchen“ for every letter that is parked. */
  retryLetters(): Promise<void>
  /**
   * `npm run cli -- reconcile --since …`: asks Stripe for everything that was never delivered. False: one is under way.
   */
  reconcile(since: Date): Promise<boolean>
  /** Everything once more, in an order of chance: every delivery, every stored event, every order. */
  everythingAgain(seed: number): Promise<{ deliveries: number; replays: number; settles: number }>
  close(): Promise<void>
}

const AT_ONCE = 12

export function openOperator(world: ChaosWorld): Operator {
  const platform = buildPlatform(readConfig({ ...world.env, LOG_LEVEL: 'silent' }), 'chaos')
  const ctx = { ...platform.ctx, requestId: 'chaos' }

  async function stripeIds() {
    const { text } = await persist('Stripe state', () => json(`${world.stripe}/_state`, 'GET'))
    const state = JSON.parse(text) as { events: { id: string }[]; sessions: { id: string; status: string }[] }
    return {
      events: state.events.map(({ id }) => id),
      sessions: state.sessions.filter(({ status }) => status === 'complete').map(({ id }) => id),
    }
  }

  async function mailEventIds(): Promise<string[]> {
    const { text } = await persist('Resend state', () => json(`${world.resend}/_state`, 'GET'))
    return (JSON.parse(text) as { deliveries: { id: string }[] }).deliveries.map(({ id }) => id)
  }

  return {
    async retryLetters() {
      const standing = await world.sql<{ id: string }>("select id from letter where state = 'parked'")
      for (const { id } of standing)
        await retryLetter(ctx, { letterId: id, actor: 'cli', key: randomUUID() }).catch(() => {})
    },
    reconcile: (since) =>
      reconcile(ctx, { since }).then(
        () => true,
        () => false,
      ),
    async everythingAgain(seed) {
      const { events, sessions } = await stripeIds()
      const mailEvents = await mailEventIds()
      const stored = await world.sql<{ source: 'stripe' | 'resend'; id: string }>(
        "select source, id from webhook_event where source in ('stripe', 'resend')",
      )
      const again = (url: string) => persist(url, () => fetch(url, { method: 'POST', redirect: 'manual' }))
      const work = [
        ...events.map((id) => () => json(`${world.stripe}/_events/${id}/resend`, 'POST', {})),
        ...mailEvents.map((id) => () => again(`${world.resend}/zustellungen/${id}/wiederholen`)),
        ...stored.map(({ source, id }) => () => {
          const data = { eventId: id, requestId: 'chaos' }
          return ctx.jobs.send(ctx.db, `${source}.event`, data)
        }),
        ...sessions.map((id) => () => settleOrder(ctx, id)),
      ]
      const shuffled = seededRandom(seed).shuffle<() => Promise<unknown>>(work)
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (let one = shuffled.pop(); one; one = shuffled.pop()) await one()
        }),
      )
      return {
        deliveries: events.length + mailEvents.length,
        replays: stored.length,
        settles: sessions.length,
      }
    },
    close: () => platform.close(),
  }
}
