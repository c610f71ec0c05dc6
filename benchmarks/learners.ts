import { randomUUID } from 'node:crypto'
import { createTokens } from '#libs/jwt.ts'
import type { Shop } from './shop.ts'

export interface Learner {
  personId: string
  email: string
  /** The value of the `cookie` header. */
  cookie: string
  /** An address of their own: limits count per address. */
  ip: string
}

const MONTH_SECONDS = 30 * 24 * 3600

export const addressOf = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`

/**
 * People with the course and a session, written directly into the database: with the rate limits of the login it would
 * take hours.
 */
export async function makeLearners(shop: Shop, count: number): Promise<Learner[]> {
  const tokens = createTokens({ jwtSecret: shop.jwtSecret, jwtSecretPrevious: null })
  const rows = Array.from({ length: count }, (_, index) => ({
    personId: randomUUID(),
    sessionId: randomUUID(),
    email: `lernende-${index}@werkstatt.test`,
  }))
  const values = [rows.map((row) => row.personId), rows.map((row) => row.email), rows.map((row) => row.sessionId)]
  await shop.sql(
    `with everyone as (select * from unnest($1::uuid[], $2::text[], $3::uuid[]) as t(person_id, email, session_id)),
      people as (insert into person (id, email_normal, email_raw, created_by)
        select person_id, email, email, 'bench' from everyone),
      sessions as (insert into session (id, person_id, kind, person_version, device, expires_at)
        select session_id, person_id, 'proven', 1, 'Lastprobe', now() + interval '30 days' from everyone)
    insert into access_grant (id, person_id, course, source, starts_at)
      select gen_random_uuid(), person_id, 'kurs', 'hand:' || person_id, now() from everyone`,
    values,
  )
  await shop.sql('analyze')
  const now = new Date()
  return Promise.all(
    rows.map(async ({ personId, sessionId, email }, index) => {
      const jwt = await tokens.signSession({
        sid: sessionId,
        sub: personId,
        ver: 1,
        kind: 'proven',
        role: 'learner',
        courses: ['kurs'],
        seen: now,
        exp: Math.floor(now.getTime() / 1000) + MONTH_SECONDS,
      })
      return { personId, email, cookie: `session=${jwt}`, ip: addressOf(index) }
    }),
  )
}

/** Answers a function that takes one item after the other, and begins again after the last. */
export function taking<T>(items: T[]): () => T {
  let at = 0
  return () => items[at++ % items.length]!
}
