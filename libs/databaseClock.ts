import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '#ports'

/** The time is asked for again when somebody looks at it and the last answer is older than this. */
const ASK_EVERY_MS = 10_000
/** Our own clock may wander so far before somebody is told; Stripe and svix refuse at 300 s. */
const WRONG_MS = 30_000

export interface DatabaseClock extends Clock {
  /** Asks now. False: the database did not answer, and the last known time goes on. */
  sync(): Promise<boolean>
  known(): Promise<void>
}

/**
 * The time of the database, which all processes share: once it is known, this machine's wall clock is not looked at any
 * more, so one that jumps by a day for some seconds moves nothing. Between two answers time goes on by the monotonic
 * counter. Until the first answer, and while there was none, it is the wall clock.
 * `onWrong` hears by how much the wall clock is off (ms, positive: ahead) each time it is more than 30 s.
 */
export function createDatabaseClock(
  ask: () => Promise<Date>,
  onWrong: (offMs: number) => void,
  own = { wall: () => Date.now(), monotonic: () => performance.now() },
): DatabaseClock {
  let anchor: { at: number; ticks: number } | null = null
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<boolean> | null = null

  async function askOnce(): Promise<boolean> {
    const began = own.monotonic()
    try {
      const answer = (await ask()).getTime()
      const ticks = own.monotonic()
      // The server read its clock somewhere on the way there or back.
      anchor = { at: answer + (ticks - began) / 2, ticks }
      const off = own.wall() - anchor.at
      if (Math.abs(off) > WRONG_MS) onWrong(off)
      return true
    } catch {
      return false
    }
  }

  const sync = () => {
    askedAt = own.monotonic()
    asking ??= askOnce().finally(() => {
      asking = null
    })
    return asking
  }

  return {
    sync,
    async known() {
      if (!anchor && !(await sync())) throw new Error('the time is not known yet: the database does not answer')
    },
    now() {
      if (own.monotonic() - askedAt > ASK_EVERY_MS) void sync()
      return new Date(anchor ? anchor.at + own.monotonic() - anchor.ticks : own.wall())
    },
    wait: (ms) => sleep(ms),
  }
}
