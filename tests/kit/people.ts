import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { ensureGrant } from '#domain/access/ensureGrant.ts'
import { findOrCreatePerson } from '#domain/access/findOrCreatePerson.ts'
import { openSession } from '#domain/access/openSession.ts'
import { promotePerson } from '#domain/access/promotePerson.ts'
import type { Browser } from './browser.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

export interface Person {
  email: string
  personId: string
  sessionId: string
  browser: Browser
}

/** Somebody with a session in a browser of their own, with or without the course. */
export async function personIn(
  world: World,
  email: string,
  options: { kind?: 'proven' | 'unproven'; admin?: boolean; course?: boolean } = {},
): Promise<Person> {
  const { personId } = await findOrCreatePerson(world.ctx, { email, createdBy: 'hand:test' })
  if (options.admin) await promotePerson(world.ctx, email)
  if (options.course)
    await ensureGrant(world.ctx, { personId, course: 'kurs', source: `hand:${personId}`, startsAt: new Date() })
  const { token } = await openSession(world.ctx, {
    personId,
    kind: options.kind ?? 'proven',
    device: 'Firefox auf Linux',
  })
  const browser = world.browser()
  browser.cookies.set('session', token)
  const claims = await world.ctx.tokens.readSession(token)
  return { email, personId, sessionId: claims?.sid ?? '', browser }
}

const stateTables = [
  'person',
  'session',
  'login_token',
  'access_grant',
  'order_draft',
  'purchase',
  'letter',
  'progress',
  'lesson_opened',
  'lesson_video',
  'note',
  'checklist_tick',
  'webhook_event',
  'withdrawal',
]

const REST_MS = 150

/**
 * How many rows every table of state holds, plus the jobs that a request could have asked for: a refusal changes none.
 */
export async function rowCounts(world: World): Promise<Record<string, number>> {
  const parts = stateTables.map((table) => `select '${table}' as name, count(*)::int as rows from ${table}`)
  const jobs = `select 'jobs', count(*)::int from pgboss.job
    where name in ('login.request', 'letter.send', 'order.settle', 'stripe.event', 'resend.event', 'bunny.event', 'withdrawal.match')`
  const found = await world.database.query<{ name: string; rows: number }>([...parts, jobs].join(' union all '))
  return Object.fromEntries(found.map(({ name, rows }) => [name, rows]))
}

/** The same once nothing is under way any more: a mail handed over a moment ago still has its events to come. */
export function rowsAtRest(world: World): Promise<Record<string, number>> {
  return until('the rows are at rest', async () => {
    const [open] = await world.database.query<{ letters: number }>(
      "select count(*)::int as letters from letter where state in ('handed_over', 'sent')",
    )
    const before = await rowCounts(world)
    await sleep(REST_MS)
    const after = await rowCounts(world)
    return open?.letters === 0 && isDeepStrictEqual(before, after) ? after : null
  })
}
