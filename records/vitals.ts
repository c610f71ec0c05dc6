import { DEAD_LETTERS } from '#libs/jobQueue.ts'
import { readSchemaState, type SchemaState } from '#libs/schemaVersion.ts'
import type { Pulse, Vitals } from '#ports'

type Query = (text: string) => Promise<{ rows: Record<string, unknown>[] }>

/** What `/api/ready` and `/api/status` ask the database. Rejects with `database_unavailable` while it is away. */
export interface Probes extends Vitals {
  schema(): Promise<SchemaState>
}

/** One query over its neighbours' tables, so that a look costs one round trip. */
const pulseText = `select
  (select max(at) from heartbeat where name like 'worker:%') as beat,
  (select min(greatest(received_at, reopened_at)) from webhook_event where handled_at is null) as oldest,
  (select count(*)::int from webhook_event where handled_at is null) as open,
  (select count(*)::int from pgboss.job where name = '${DEAD_LETTERS}' and state < 'active') as dead`

/** Once the schema was found current this process does not ask again: migrations only add. */
export function createVitals(query: Query, root: string): Probes {
  let known: SchemaState | null = null
  return {
    async schema() {
      if (known) {
        await query('select 1')
        return known
      }
      const state = await readSchemaState(query, root)
      if (state === 'current' || state === 'newer') known = state
      return state
    },
    async pulse(): Promise<Pulse> {
      const { rows } = await query(pulseText)
      const { beat, oldest, open, dead } = rows[0] ?? {}
      return {
        workerBeatAt: (beat as Date | null) ?? null,
        oldestOpenEventAt: (oldest as Date | null) ?? null,
        openEvents: Number(open ?? 0),
        deadJobs: Number(dead ?? 0),
      }
    },
  }
}
