import { asc, eq, inArray, lt } from 'drizzle-orm'
import type pg from 'pg'
import { flowStep } from '#db/schema.ts'
import { isAppError } from '#errors'
import type { Db, Flow, FlowStep, Log } from '#ports'

/** Milliseconds for which steps are gathered, so that a purchase costs few statements. */
const GATHER_MS = 40
/** The same for steps that must survive if this process is killed next. */
const AT_ONCE_MS = 3
const BATCH_MOST = 500
/** Pause after a failed write. Steps are kept for it, because without its end a piece of work would stay „begun“. */
const AGAIN_MS = 1_000
/** Most steps that wait while the database is slow; further ones are dropped, never the work they are about. */
const WAITING_MOST = 5_000
/**
 * Steps per second and process. Above it only a share of the orders is recorded, each of them whole, because the
 * machine is needed for the purchases. An order has about thirty steps.
 */
const BUDGET = 300
/** An order has some dozens of steps; a thousand repeated deliveries must not fill a page. */
const READ_MOST = 600

/**
 * Commits without waiting for the disk: a power cut may cost the last steps, and no purchase waits for them
 * (docs/decisions/flowSteps.md).
 */
const insertText = `with careless as materialized (select set_config('synchronous_commit', 'off', true))
insert into flow_step (trace_id, span_id, parent_span_id, at, duration_ms, from_lane, to_lane, name, outcome, detail)
select r."traceId", r."spanId", r."parentSpanId", r.at, r."durationMs", r."from", r."to", r.name, r.outcome, r.detail
from careless, json_to_recordset($1::text::json) as r("traceId" text, "spanId" text, "parentSpanId" text,
  at timestamptz, "durationMs" int, "from" text, "to" text, name text, outcome text, detail jsonb)`

export interface FlowWriter extends Flow {
  /** Never waits, never throws. `atOnce` is for what must be seen even if this process is killed next. */
  write(step: Omit<FlowStep, 'id'>, atOnce?: boolean): void
  /** Writes what waits; for an ordered stop. */
  flush(): Promise<void>
}

/**
 * The port `Flow` and the writer behind `Trace`; the only code that touches `flow_step`. One closure, because it holds
 * one thing: the steps that wait, and when they are written next.
 */
export function createFlow(pool: pg.Pool, log: Log): FlowWriter {
  let waiting: Omit<FlowStep, 'id'>[] = []
  let running: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let dueAt = Number.POSITIVE_INFINITY
  let dropped = 0
  let failing = false
  const isChosen = createChoice()

  /**
   * Writes the steps that wait; those that come meanwhile are gathered again. Steps that could not be written stay: if
   * only the answer was lost and they are written twice, they are one arrow all the same (by their span).
   */
  async function drain(): Promise<void> {
    const all = waiting
    waiting = []
    dueAt = Number.POSITIVE_INFINITY
    for (let at = 0; at < all.length; at += BATCH_MOST) {
      try {
        const steps = JSON.stringify(all.slice(at, at + BATCH_MOST))
        await pool.query({ text: insertText, values: [steps] })
      } catch (error) {
        if (!isAppError(error) || error.code !== 'database_unavailable') {
          // Steps that the database refuses are dropped: it would refuse them again, and they must not block others.
          log.warn({ err: error, steps: Math.min(BATCH_MOST, all.length - at) }, 'flow steps dropped')
          continue
        }
        if (!failing) log.warn({ err: error, steps: all.length - at }, 'flow steps not written, will be tried again')
        failing = true
        waiting = [...all.slice(at), ...waiting].slice(0, WAITING_MOST)
        return
      }
      if (failing) log.info({ dropped }, 'flow steps are written again')
      failing = false
      dropped = 0
    }
  }

  const turn = (): Promise<void> => {
    if (timer) clearTimeout(timer)
    timer = null
    running ??= drain().finally(() => {
      running = null
      if (waiting.length > 0) plan(GATHER_MS)
    })
    return running
  }

  function plan(ms: number): void {
    const wait = failing ? AGAIN_MS : ms
    const at = performance.now() + wait
    if (at >= dueAt || running) return
    dueAt = at
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => void turn(), wait).unref()
  }

  return {
    write(step, atOnce = false) {
      if (!isChosen(step.traceId)) return
      if (waiting.length >= WAITING_MOST) {
        dropped++
        return
      }
      waiting.push(step)
      plan(atOnce ? AT_ONCE_MS : GATHER_MS)
    },
    async flush() {
      await running
      await turn()
    },
    steps: async (db, traceId) =>
      (
        await db.q
          .select()
          .from(flowStep)
          .where(eq(flowStep.traceId, traceId))
          .orderBy(asc(flowStep.at), asc(flowStep.id))
          .limit(READ_MOST)
      ).map(({ fromLane, toLane, ...row }) => ({ ...row, from: fromLane, to: toLane }) as FlowStep),
    forget,
  }
}

/** Which orders are recorded at this rate: the same trace gets the same answer in every process. */
function createChoice(): (traceId: string) => boolean {
  let second = 0
  let before = 0
  let now = 0
  return (traceId) => {
    const at = Math.floor(performance.now() / 1_000)
    if (at !== second) {
      before = at === second + 1 ? now : 0
      second = at
      now = 0
    }
    now++
    const share = BUDGET / Math.max(before, now, 1)
    return share >= 1 || Number.parseInt(traceId.slice(0, 4), 16) / 0x1_0000 < share
  }
}

/** Deletes at most `limit` old steps: nothing relies on them. */
async function forget(db: Db, before: Date, limit: number): Promise<number> {
  const old = db.q
    .select({ id: flowStep.id })
    .from(flowStep)
    .where(lt(flowStep.at, before))
    .orderBy(flowStep.at)
    .limit(limit)
  return (await db.q.delete(flowStep).where(inArray(flowStep.id, old)).returning({ id: flowStep.id })).length
}

type Query = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

/** For the test bench: where the steps end now. */
export async function lastStepId(query: Query): Promise<number> {
  const { rows } = await query('select coalesce(max(id), 0) as id from flow_step')
  return Number(rows[0]?.id ?? 0)
}

/** The process id of the first worker that began on an order's event after that step; null while none did. */
export async function workerAtWork(query: Query, since: number): Promise<number | null> {
  const { rows } = await query(
    `select (detail->>'worker')::int as pid from flow_step
      where id > $1 and outcome = 'begun' and name = 'stripe.event' order by id limit 1`,
    [since],
  )
  return typeof rows[0]?.pid === 'number' ? rows[0].pid : null
}
