import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { lt, sql } from 'drizzle-orm'
import { heartbeat } from '#db/schema.ts'
import type { Db, Log } from '#ports'

const BEAT_MS = 10_000
/**
 * How long the row of a killed worker stays: longer than anybody looks back (`alarmLimits.workerSilentMs`), short
 * beside a day of restarts.
 */
const FORGET = sql`interval '15 minutes'`

export interface Heart {
  /** One beat, now; a failure is logged, the next comes anyway. */
  beat(): Promise<void>
  /** Ends it and takes its row away. */
  stop(): Promise<void>
}

/**
 * Writes every ten seconds, by the database's clock, that this worker lives. Its name is random, because every
 * container has a process 1, and clones share a host name.
 */
export function startHeart(db: Db, log: Log): Heart {
  const name = `worker:${hostname()}:${randomUUID()}`
  async function beat(): Promise<void> {
    try {
      await db.q
        .insert(heartbeat)
        .values({ name, at: sql`now()` })
        .onConflictDoUpdate({ target: heartbeat.name, set: { at: sql`now()` } })
      await db.q.delete(heartbeat).where(lt(heartbeat.at, sql`now() - ${FORGET}`))
    } catch (error) {
      log.warn({ err: error }, 'heartbeat not written')
    }
  }
  const pulse = setInterval(() => void beat(), BEAT_MS)
  pulse.unref()
  return {
    beat,
    stop: async () => {
      clearInterval(pulse)
      await db.q.delete(heartbeat).where(sql`${heartbeat.name} = ${name}`)
    },
  }
}
