import { asc, eq, inArray, lt } from 'drizzle-orm'
import type pg from 'pg'
import { flowStep } from '#db/schema.ts'
import { isAppError } from '#errors'
import type { Db, Flow, FlowStep, Log } from '#ports'

/** Steps wait this long for company, so that a purchase costs few statements. Milliseconds. */
const GATHER_MS = 40
/** What must outlive a kill of this process waits only this long. */
const AT_ONCE_MS = 3
const BATCH_MOST = 500
/** After a write that failed. An end that is lost would leave its piece of work „begun“ for ever. */
const AGAIN_MS = 1_000
/** What waits while the database is slow; further steps are dropped, never the work they tell of. */
const WAITING_MOST = 5_000
/**
 * Steps a second and process. Beyond it only a share of the orders is recorded, each of them whole: the machine is for
 * the purchases then. An order has about thirty steps.
 */
const BUDGET = 300
/** One order's steps are some dozens; a thousand copies of a delivery must not fill a page. */
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

/** The port `Flow` and the writer behind `Trace`; the only code that touches `flow_step`. */
export function createFlow(pool: pg.Pool, log: Log): FlowWriter {
  let waiting: Omit<FlowStep, 'id'>[] = []
  let running: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let dueAt = Number.POSITIVE_INFINITY
  let dropped = 0
  let failing = false
  const isChosen = createChoice()

  /**
   * Writes what is here now; what comes meanwhile waits for company again. What could not be written waits too: written
   * twice, when only the answer was lost, it is one arrow all the same (its span).
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
          // What it does not take today it does not take tomorrow, and it must not keep the others out.
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

/** Steps explain, they prove nothing: after a while they may go. */
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
