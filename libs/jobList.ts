import { sql } from 'drizzle-orm'
import type { Db, JobName, QueueLevel, TroubledJob } from '#ports'
import { isUuid } from '#uuid'

/**
 * pg-boss's tables as the operator sees them, by their columns. Two more files know some of these columns:
 * `records/vitals.ts` counts dead jobs, and `records/webhookStore.ts` writes jobs along with its rows.
 */

const ERROR_LENGTH = 500

/** The payload's ids that may be shown. Everything else in a payload (addresses, cookie hashes) stays inside. */
const shown = ['eventId', 'sessionId', 'letterId', 'guid', 'requestId'] as const

interface Options {
  names: JobName[]
  /** Name of the queue where failed jobs end. */
  dead: string
  limit: number
}

/** Levels of every queue and the jobs that failed, dead ones first, then the newest. Throws `database_unavailable`. */
export async function lookAtJobs(db: Db, options: Options): Promise<{ queues: QueueLevel[]; troubled: TroubledJob[] }> {
  const [queues, troubled] = await Promise.all([levels(db, options), failing(db, options)])
  return { queues, troubled }
}

/** The port's `alive`. */
export async function livingJobs(db: Db, name: JobName, field: string, values: string[]): Promise<Set<string>> {
  if (values.length === 0) return new Set()
  const { rows } = await db.q.execute<{ value: string }>(sql`
    select distinct data->>${field}::text as value from pgboss.job
    where name = ${name} and state < 'completed'
      and data->>${field}::text in (select json_array_elements_text(${JSON.stringify(values)}::json))`)
  return new Set(rows.map((row) => row.value))
}

/** The port's `died`. */
export async function diedJobs(
  db: Db,
  dead: string,
  name: JobName,
  field: string,
  values: string[],
): Promise<Map<string, Date>> {
  if (values.length === 0) return new Map()
  const { rows } = await db.q.execute<{ value: string; at: string }>(sql`
    select data->>${field}::text as value, (extract(epoch from max(created_on)) * 1000)::text as at from pgboss.job
    where name = ${dead} and source_name = ${name} and state < 'active'
      and data->>${field}::text in (select json_array_elements_text(${JSON.stringify(values)}::json))
    group by 1`)
  return new Map(rows.map((row) => [row.value, instant(row.at)]))
}

/** The port's `forgetDead`. Completed, not deleted: pg-boss removes them after its own time. */
export async function forgetDeadJobs(
  db: Db,
  dead: string,
  name: JobName,
  field: string,
  values: string[],
): Promise<number> {
  if (values.length === 0) return 0
  const { rowCount } = await db.q.execute(sql`
    update pgboss.job set state = 'completed', completed_on = now()
    where name = ${dead} and source_name = ${name} and state < 'active'
      and data->>${field}::text in (select json_array_elements_text(${JSON.stringify(values)}::json))`)
  return rowCount ?? 0
}

async function levels(db: Db, { names, dead }: Options): Promise<QueueLevel[]> {
  const { rows } = await db.q.execute<{
    name: string
    waiting: number
    retrying: number
    active: number
    oldest: string | null
  }>(sql`
    select name,
      count(*) filter (where state = 'created')::int as waiting,
      count(*) filter (where state = 'retry')::int as retrying,
      count(*) filter (where state = 'active')::int as active,
      (extract(epoch from min(created_on) filter (where state < 'active')) * 1000)::text as oldest
    from pgboss.job where state < 'completed' and name <> ${dead} group by name`)
  const found = new Map(rows.map((row) => [row.name, row]))
  return names.map((name) => {
    const row = found.get(name)
    return {
      name,
      waiting: row?.waiting ?? 0,
      retrying: row?.retrying ?? 0,
      active: row?.active ?? 0,
      oldestWaitingAt: row?.oldest ? instant(row.oldest) : null,
    }
  })
}

const columns = (dead: string) => sql`id, coalesce(source_name, name) as name, name = ${dead} as dead, data,
      coalesce(source_retry_count, retry_count) as retries,
      case when name = ${dead} then null else retry_limit end as retry_limit,
      (extract(epoch from coalesce(source_created_on, created_on)) * 1000)::text as created,
      case when name = ${dead} then null else (extract(epoch from start_after) * 1000)::text end as next,
      coalesce(source_output, output)->>'message' as error`

export async function findTroubled(db: Db, dead: string, id: string): Promise<TroubledJob | null> {
  if (!isUuid(id)) return null
  const { rows } = await db.q.execute<FailingRow>(sql`
    select ${columns(dead)} from pgboss.job
    where id = ${id} and state < 'active' and (name = ${dead} or retry_count > 0) limit 1`)
  return rows[0] ? asTroubled(rows[0]) : null
}

/** Removes a dead job; of two calls at once one gets it. The payload goes back to the caller only. */
export async function takeDeadJob(
  db: Db,
  dead: string,
  id: string,
): Promise<{ job: TroubledJob; data: Record<string, unknown> } | null> {
  if (!isUuid(id)) return null
  const { rows } = await db.q.execute<FailingRow>(
    sql`delete from pgboss.job where name = ${dead} and id = ${id} and state < 'active' returning ${columns(dead)}`,
  )
  return rows[0] ? { job: asTroubled(rows[0]), data: rows[0].data ?? {} } : null
}

/** A job that waits for its next try is due now. */
export async function hurryJob(db: Db, dead: string, id: string): Promise<TroubledJob | null> {
  if (!isUuid(id)) return null
  const { rows } = await db.q.execute<FailingRow>(sql`
    update pgboss.job set start_after = now()
    where id = ${id} and name <> ${dead} and state < 'active' and retry_count > 0 returning ${columns(dead)}`)
  return rows[0] ? asTroubled(rows[0]) : null
}

async function failing(db: Db, { dead, limit }: Options): Promise<TroubledJob[]> {
  const { rows } = await db.q.execute<FailingRow>(sql`
    select ${columns(dead)} from pgboss.job
    where state < 'active' and (name = ${dead} or retry_count > 0)
    order by name = ${dead} desc, created_on desc, id limit ${limit}`)
  return rows.map(asTroubled)
}

type FailingRow = {
  id: string
  name: string
  dead: boolean
  data: Record<string, unknown> | null
  retries: number
  retry_limit: number | null
  created: string
  next: string | null
  error: string | null
}

function asTroubled(row: FailingRow): TroubledJob {
  const reference: TroubledJob['reference'] = {}
  for (const key of shown) {
    const value = row.data?.[key]
    if (typeof value === 'string') reference[key] = value
  }
  return {
    id: row.id,
    name: row.name,
    dead: row.dead,
    // A dead job used up its first try and every repeat; a waiting one has failed once per counted repeat.
    tries: row.dead ? row.retries + 1 : row.retries,
    maxTries: row.retry_limit === null ? null : row.retry_limit + 1,
    createdAt: instant(row.created),
    nextTryAt: row.next === null ? null : instant(row.next),
    error: row.error === null ? null : withoutAddresses(row.error).slice(0, ERROR_LENGTH),
    reference,
  }
}

const instant = (milliseconds: string) => new Date(Number(milliseconds))

/** An error may quote what it failed on; a failed query quotes all its values. */
const withoutAddresses = (text: string): string =>
  text.replace(/\nparams: [\s\S]*$/, '').replace(/[^\s<>"'@]+@[^\s<>"'@]+/g, '•••')
