import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '#ports'

/** When the time is needed and the last answer is older than this, the database is asked again. */
const ASK_EVERY_MS = 10_000
/** How far our own clock may be off before an alarm is raised; Stripe and svix refuse at 300 s. */
const WRONG_MS = 30_000

export interface DatabaseClock extends Clock {
  /** Asks now. False: the database did not answer, and the last known time goes on. */
  sync(): Promise<boolean>
  known(): Promise<void>
}

/**
 * The time of the database, which all processes share. Once it is known, this machine's wall clock is not used any
 * more, so it may jump without effect; between two answers time goes on by the monotonic counter. Until the first
 * answer it is the wall clock. `onWrong` hears by how much the wall clock is off (ms, positive: ahead) each time it is
 * more than 30 s.
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
      // The server read its clock at some moment between question and answer; the middle is our best guess.
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
